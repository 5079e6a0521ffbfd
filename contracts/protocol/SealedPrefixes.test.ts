import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, it } from 'vitest'
import * as EpochKey from './EpochKey'
import * as PayloadTree from './PayloadTree'
import { NotAscendingError } from './Prefixes'
import { SealedPrefixes } from './SealedPrefixes'
import * as SealedSegment from './SealedSegment'
import * as StreamId from './StreamId'

const streamId = StreamId.random(privateKeyToAccount(generatePrivateKey()).address)
const payload = Uint8Array.from({ length: 40_000 }, (_, index) => (index * 31 + (index >> 8)) & 255)

it('gives the hashes and bytes of the sealed payload while the plaintext arrives', async () => {
  const place = { streamId, sequenceNumber: 9n, salt: SealedSegment.randomSalt() }
  const key = EpochKey.random()
  const sealed = await SealedSegment.seal(payload, key, place)
  const growing = new SealedPrefixes(key, place)
  let [before, appended] = [0, 0]
  for (const [arrived, length] of [
    [5_000, 4_999],
    [5_001, 5_000],
    [33_333, 30_000],
    [40_000, 40_000],
  ] as const) {
    growing.append(payload.subarray(appended, arrived))
    appended = arrived
    const end = length + SealedSegment.headBytes
    expect(await growing.hash(length)).toBe(await PayloadTree.hash(sealed.subarray(0, end)))
    const start = before === 0 ? 0 : before + SealedSegment.headBytes
    expect(await growing.bytes(before, length)).toEqual(sealed.slice(start, end))
    before = length
  }
  await expect(growing.hash(3)).rejects.toThrow(NotAscendingError)
})

it('seals an empty segment: the sealed payload has only the head', async () => {
  const place = { streamId, sequenceNumber: 9n, salt: SealedSegment.randomSalt() }
  const key = EpochKey.random()
  const growing = new SealedPrefixes(key, place)
  expect(await growing.hash(0)).toBe(await PayloadTree.hash(await SealedSegment.seal(new Uint8Array(0), key, place)))
})
