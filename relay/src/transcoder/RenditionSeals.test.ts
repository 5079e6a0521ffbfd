import { EpochKey, SealedSegment, StreamId } from '@lp/contracts/protocol'
import { describe, expect, test } from 'vitest'
import { RenditionSeals, type SealFacts } from './RenditionSeals'

const key = EpochKey.random()
const streamId = StreamId.random('0x00000000000000000000000000000000000000aa')
const facts: SealFacts = { qps: [30], ffmpeg: 'ffmpeg 5.1' }
const sourceHash = `0x${'12'.repeat(32)}` as const
const data = crypto.getRandomValues(new Uint8Array(5_000))

function seal({
  sequenceNumber = 7n,
  qps = facts.qps,
  ffmpeg = facts.ffmpeg,
  source = sourceHash as `0x${string}`,
} = {}) {
  const seals = new RenditionSeals({ key, sequenceNumber, streamIds: [streamId] })
  seals.start({ qps, ffmpeg })
  seals.source(source)
  return seals
}

describe('RenditionSeals', () => {
  test('gives encrypted parts that together are the start of the encrypted segment, and the epoch key decrypts this segment', async () => {
    const seals = seal()
    const one = await seals.part(0, data.subarray(0, 1_000))
    const two = await seals.part(0, data.subarray(1_000, 3_000))
    const { payload } = await seals.whole(0, data)
    expect(Buffer.concat([one.bytes, two.bytes]).equals(payload.subarray(0, SealedSegment.headBytes + 3_000))).toBe(
      true,
    )
    const { salt } = SealedSegment.decodeHead(payload)
    const decipher = await SealedSegment.createCipher(key, { streamId, sequenceNumber: 7n, salt })
    expect(await decipher(payload.subarray(SealedSegment.headBytes), 0)).toEqual(data)
  })

  test('after a crash, takes the same salt if the bytes are the same, and another salt if the bytes can differ', async () => {
    const saltOf = async (options: Parameters<typeof seal>[0]) =>
      SealedSegment.decodeHead((await seal(options).whole(0, data)).payload).salt
    expect(await saltOf({})).toBe(await saltOf({}))
    const salts = await Promise.all(
      [{}, { qps: [31] }, { ffmpeg: 'ffmpeg 6.0' }, { source: `0x${'34'.repeat(32)}` as const }].map(saltOf),
    )
    expect(new Set(salts).size).toBe(salts.length)
  })
})
