import { createCipheriv, hkdfSync } from 'node:crypto'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import vectors from '../vectors/SealedSegment.json' with { type: 'json' }
import * as EpochKey from './EpochKey'
import * as PayloadTree from './PayloadTree'
import * as SealedSegment from './SealedSegment'
import * as Segment from './Segment'
import * as StreamId from './StreamId'
import type * as typedData from './typedData'

const streamKey = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(streamKey.address)
const place = () => ({ streamId, sequenceNumber: 41n, salt: SealedSegment.randomSalt() })
const payload = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255)

/** A generator of random integers below `bound`. */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}

describe('the vectors', () => {
  it.each(vectors.cases)('hold for segment $sequenceNumber', async ({ data, sealed, salt, segment, ...rest }) => {
    const sequenceNumber = BigInt(rest.sequenceNumber)
    const [key, id] = [hexToBytes(vectors.epochKey as Hex), vectors.streamId as Hex]
    const made = await SealedSegment.seal(hexToBytes(data as Hex), key, {
      ...{ streamId: id, sequenceNumber, salt: salt as Hex },
    })
    expect(bytesToHex(made)).toBe(sealed)
    expect(EpochKey.epochOf(sequenceNumber)).toBe(BigInt(rest.epoch))
    const signed = {
      ...segment,
      sequenceNumber: BigInt(segment.sequenceNumber),
      startTimeMs: BigInt(segment.startTimeMs),
    } as Segment.Segment
    await Segment.verify(signed, vectors.domain as typedData.Domain)
    await Segment.verifyPayload(signed, made)
    expect(signed.streamId).toBe(vectors.sealedStreamId)
    expect(bytesToHex(await SealedSegment.open(made, key, { streamId: id, sequenceNumber }))).toBe(data)
  })

  it('are equal to the results of another implementation of HKDF and AES', () => {
    for (const { data, sealed, salt, sequenceNumber } of vectors.cases) {
      const info = Buffer.concat([Buffer.from('lp sealed segment'), hexToBytes(vectors.streamId as Hex)])
      const secret = hexToBytes(vectors.epochKey as Hex)
      const key = new Uint8Array(hkdfSync('sha256', secret, hexToBytes(salt as Hex), info, 32))
      const counter = Buffer.alloc(16)
      counter.writeBigUInt64BE(BigInt(sequenceNumber))
      const expected = createCipheriv('aes-256-ctr', key, counter).update(hexToBytes(data as Hex))
      expect(sealed.slice(2 + 2 * SealedSegment.headBytes)).toBe(expected.toString('hex'))
    }
  })
})

describe('a sealed segment', () => {
  it('can be encrypted and decrypted in chunks of any length', async () => {
    const [key, where, data] = [EpochKey.random(), place(), payload(5_000)]
    const whole = (await SealedSegment.seal(data, key, where)).subarray(SealedSegment.headBytes)
    const cipher = await SealedSegment.createCipher(key, where)
    const random = randomFrom(7)
    for (let at = 0; at < data.length; ) {
      const end = Math.min(data.length, at + 1 + random(300))
      expect(await cipher(data.subarray(at, end), at)).toEqual(whole.slice(at, end))
      expect(await cipher(whole.subarray(at, end), at)).toEqual(data.slice(at, end))
      at = end
    }
  })

  it('has the origin of the plain stream but another StreamId, so no segment of the plain stream belongs to the sealed stream', () => {
    const sealed = SealedSegment.streamIdOf(streamId)
    expect(sealed).not.toBe(streamId)
    expect(SealedSegment.streamIdOf(sealed)).not.toBe(sealed)
    expect(StreamId.origin(sealed)).toBe(StreamId.origin(streamId))
  })

  it('has parts, each with the length and the hash of a prefix of the sealed payload', async () => {
    const [key, where, data] = [EpochKey.random(), place(), payload(900)]
    const sealed = await SealedSegment.seal(data, key, where)
    const plain = {
      ...{ streamId, sequenceNumber: 41n, startTimeMs: 5n, index: 1, length: 376, durationMs: 800 },
      prefixHash: await PayloadTree.hash(data.subarray(0, 376)),
    }
    const cipherHash = await PayloadTree.hash(sealed.subarray(0, 376 + SealedSegment.headBytes))
    expect(SealedSegment.partOf(plain, cipherHash)).toEqual({
      ...plain,
      ...{ streamId: SealedSegment.streamIdOf(streamId), length: 408, prefixHash: cipherHash },
    })
  })

  it('is not decrypted with a key that has another id', async () => {
    const where = place()
    const sealed = await SealedSegment.seal(payload(10), EpochKey.random(), where)
    await expect(SealedSegment.open(sealed, EpochKey.random(), where)).rejects.toThrow(SealedSegment.WrongKeyError)
  })

  it('is refused if it has no head, or a head of another version', async () => {
    const sealed = await SealedSegment.seal(payload(10), EpochKey.random(), place())
    for (const at of [0, 1, 3]) {
      const changed = sealed.map((byte, index) => (index === at ? byte + 1 : byte))
      expect(() => SealedSegment.decodeHead(changed)).toThrow(SealedSegment.HeadError)
    }
    expect(() => SealedSegment.decodeHead(sealed.subarray(0, 31))).toThrow(SealedSegment.HeadError)
  })

  it('can be made only with a key of 32 bytes', async () => {
    for (const length of [0, 16, 31, 33])
      await expect(SealedSegment.createCipher(new Uint8Array(length), place())).rejects.toThrow(EpochKey.LengthError)
  })
})

/**
 * A history of a stream: page loads, epochs, renditions, handovers, and segments that are transcoded again after a crash. The test
 * encrypts only zeros, so each ciphertext is the key stream of AES. If two blocks were equal, one pair of key and counter would have
 * been used twice.
 */
describe('no pair of key and counter is used twice', () => {
  it.each([1, 2, 3, 4])('in random history %i', async (seed) => {
    const random = randomFrom(seed)
    const seen = new Set<string>()
    const use = async (key: EpochKey.EpochKey, where: SealedSegment.Place) => {
      const cipher = await SealedSegment.createCipher(key, where)
      const length = 16 * (1 + random(8))
      for (let at = 0; at < length; ) {
        // A part can end inside a block of AES, so the test encrypts in chunks of any length.
        const end = Math.min(length, at + 1 + random(40))
        await cipher(new Uint8Array(end - at), at)
        at = end
      }
      const stream = await cipher(new Uint8Array(length), 0)
      for (let at = 0; at < length; at += 16) {
        const block = bytesToHex(stream.subarray(at, at + 16))
        expect(seen.has(block)).toBe(false)
        seen.add(block)
      }
    }
    let sequenceNumber = BigInt(random(1_000))
    const jobId = bytesToHex(payload(32))
    for (let load = 0; load < 3; load++) {
      const keys = new Map<bigint, EpochKey.EpochKey>()
      let renditionKey = privateKeyToAccount(generatePrivateKey()).address
      // A page that was loaded again may begin with a number that it used before.
      if (load > 0) sequenceNumber -= BigInt(random(3))
      for (let count = 0; count < 12; count++, sequenceNumber++) {
        const epoch = EpochKey.epochOf(sequenceNumber)
        const key = keys.get(epoch) ?? EpochKey.random()
        keys.set(epoch, key)
        await use(key, { streamId, sequenceNumber, salt: SealedSegment.randomSalt() })
        if (random(5) === 0) renditionKey = privateKeyToAccount(generatePrivateKey()).address
        for (const index of [0, 1]) {
          const level = StreamId.rendition({ jobId, streamId, index, renditionKey })
          // After a crash, the transcoder makes the segment again, possibly with other bytes.
          const times = random(6) === 0 ? 2 : 1
          for (let time = 0; time < times; time++)
            await use(key, { streamId: level, sequenceNumber, salt: SealedSegment.randomSalt() })
        }
      }
    }
    expect(seen.size).toBeGreaterThan(300)
  })

  it('even if two segments differ only in the stream, the sequence number or the salt', async () => {
    const key = EpochKey.random()
    const salt = SealedSegment.randomSalt()
    const first = { streamId, sequenceNumber: 1n, salt }
    const other = StreamId.random(streamKey.address)
    const streams = await Promise.all(
      [
        first,
        { ...first, streamId: other },
        { ...first, sequenceNumber: 2n },
        { ...first, salt: SealedSegment.randomSalt() },
      ].map(async (where) => bytesToHex(await (await SealedSegment.createCipher(key, where))(new Uint8Array(64), 0))),
    )
    expect(new Set(streams).size).toBe(streams.length)
  })
})
