import { bytesToHex, type Hex } from 'viem'
import * as Wire from '../src/mesh/wire'
import { randomBytes } from './fuzz'

type Arbitrary = { readonly [Type in Wire.Message['type']]: () => Extract<Wire.Message, { type: Type }> }

/** Makes random messages that `Wire.encode` accepts, of each type. */
export function messagesFrom(random: (bound: number) => number): { arbitrary: Arbitrary; hex(length: number): Hex } {
  const hex = (length: number): Hex => bytesToHex(randomBytes(random, length))
  const u32 = () => random(2) * random(2 ** 32)
  const u64 = () => BigInt(hex(1 + random(8)))
  const reasons = ['missing', 'busy', 'unpaid'] as const
  const letters = ['a', 'ß', '語', '🎥', '\u0000', '\ufeff', '"']
  const text = (maxBytes: number) =>
    Array.from({ length: random(maxBytes / 4 + 1) }, () => letters[random(letters.length)]).join('')

  /** The position of a piece inside a prefix of `length` bytes. */
  function piece() {
    const [index, offset] = [random(Wire.maxPieces), random(16_384)]
    const length = index * 16_384 + offset + 1 + random(1_000)
    return { streamId: hex(32), sequenceNumber: u64(), length, index, offset }
  }

  const arbitrary: Arbitrary = {
    hello: () => ({
      type: 'hello',
      version: Wire.version,
      role: (['viewer', 'relay', 'broadcaster'] as const)[random(3)] ?? 'viewer',
      streamId: hex(32),
      capabilities: BigInt(random(2)) * u64(),
      ...(random(2) && { paymentKey: hex(20) }),
      ...(random(2) && { signature: hex(65) }),
    }),
    acceptance: () => {
      const job = { jobId: hex(32), streamId: hex(32), renditionKey: hex(20) }
      return { type: 'acceptance', acceptance: { ...job, fromSequence: u64(), signature: hex(65) } }
    },
    assignment: () => {
      const job = { jobId: hex(32), streamId: hex(32), transcoder: hex(20), renditionKey: hex(20) }
      return { type: 'assignment', assignment: { ...job, fromSequence: u64(), signature: hex(65) } }
    },
    cover: () => {
      const texts = { title: text(200), poster: text(4_000) }
      return { type: 'cover', cover: { streamId: hex(32), ...texts, signature: hex(65) } }
    },
    listing: () => {
      const times = { startedAtMs: u64(), isListed: random(2) === 1, signedAtMs: u64() }
      return { type: 'listing', listing: { streamId: hex(32), jobId: hex(32), ...times, signature: hex(65) } }
    },
    begin: () => ({ type: 'begin', sequenceNumber: u64(), startTimeMs: u64() }),
    bytes: () => ({
      type: 'bytes',
      sequenceNumber: u64(),
      offset: u32(),
      data: randomBytes(random, random(100)),
    }),
    part: () => {
      const place = { streamId: hex(32), sequenceNumber: u64(), startTimeMs: u64(), index: u32() }
      const content = { length: u32(), durationMs: u32(), prefixHash: hex(32), signature: hex(65) }
      return { type: 'part', part: { ...place, ...content } }
    },
    end: () => {
      const times = { sequenceNumber: u64(), startTimeMs: u64(), durationMs: u32() }
      const segment = { streamId: hex(32), ...times, dataHash: hex(32), signature: hex(65) }
      return { type: 'end', segment, length: u32() }
    },
    ack: () => ({ type: 'ack', sequenceNumber: u64(), receiptHash: hex(32) }),
    refusal: () => ({
      type: 'refusal',
      ...(random(2) && { sequenceNumber: u64() }),
      code: text(Wire.maxCodeBytes),
      message: text(Wire.maxTextBytes),
    }),
    streamEnd: () => {
      return { type: 'streamEnd', streamEnd: { streamId: hex(32), lastSequenceNumber: u64(), signature: hex(65) } }
    },
    sale: () => {
      const streamId = hex(32)
      const server = () => ({ streamId, server: hex(20), splitBps: random(2 ** 16), until: u64(), signature: hex(65) })
      const price = { streamId, beneficiary: hex(20), weiPerSegment: BigInt(hex(12)), signature: hex(65) }
      return { type: 'sale', price, servers: Array.from({ length: random(5) }, server) }
    },
    epochKey: () => ({ type: 'epochKey', epoch: u64(), key: new Uint8Array(randomBytes(random, 32)) }),
    seal: () => ({ type: 'seal', sequenceNumber: u64(), salt: hex(16) }),
    income: () => {
      const channel = { issuer: hex(20), beneficiary: hex(20), splitee: hex(20), splitBps: random(2 ** 16) }
      return { type: 'income', cheque: { ...channel, cumulative: BigInt(hex(12)), signature: hex(65) } }
    },
    keyQuestion: () => ({ type: 'keyQuestion', requestId: u32(), content: randomBytes(random, random(100)) }),
    keyAnswer: () => ({ type: 'keyAnswer', requestId: u32(), content: randomBytes(random, random(100)) }),
    have: () => {
      const first = u64() >> 1n
      const bits = Array.from({ length: random(Wire.maxHaveSpan) }, (_, at) => BigInt(at) * BigInt(random(2)))
      const sequenceNumbers = [...new Set([0n, ...bits])].map((at) => first + at)
      if (random(10) === 0) return { type: 'have', streamId: hex(32), isWhole: true, sequenceNumbers: [] }
      return { type: 'have', streamId: hex(32), isWhole: random(2) === 0, sequenceNumbers }
    },
    request: () => ({ type: 'request', requestId: u32(), streamId: hex(32), sequenceNumber: u64() }),
    header: () => {
      const times = { sequenceNumber: u64(), startTimeMs: u64(), durationMs: u32() }
      const segment = { streamId: hex(32), ...times, dataHash: hex(32), signature: hex(65) }
      return { type: 'header', requestId: u32(), segment, length: u32() }
    },
    data: () => ({ type: 'data', requestId: u32(), offset: u32(), data: randomBytes(random, random(100)) }),
    cancel: () => ({ type: 'cancel', requestId: u32() }),
    reject: () => ({ type: 'reject', requestId: u32(), reason: reasons[random(3)] ?? 'busy' }),
    news: () => {
      const { part } = arbitrary.part()
      const { segment, length } = arbitrary.end()
      return { type: 'news', header: random(2) ? { part } : { segment, length } }
    },
    holds: () => {
      const pieces = Array.from({ length: Wire.maxPieces }, (_, piece) => piece).filter(() => random(50) === 0)
      const prefix = { streamId: hex(32), sequenceNumber: u64(), length: u32() }
      return { type: 'holds', ...prefix, pieces: pieces.length > 0 ? pieces : [random(Wire.maxPieces)] }
    },
    ask: () => ({ type: 'ask', requestId: u32(), ...piece(), withinMs: u32() }),
    piece: () => {
      const { offset, ...rest } = piece()
      const bytes = {
        path: randomBytes(random, 32 * random(11)),
        data: randomBytes(random, random(Math.min(200, 16_385 - offset))),
      }
      return { type: 'piece', requestId: u32(), ...rest, offset, ...bytes }
    },
    decline: () => ({ type: 'decline', requestId: u32(), reason: reasons[random(3)] ?? 'busy' }),
    withdraw: () => ({ type: 'withdraw', requestId: u32() }),
    record: () => ({ type: 'record', record: randomBytes(random, random(200)) }),
    follow: () => {
      const levels = Array.from({ length: random(Wire.maxFollowed + 1) }, () => ({
        streamId: hex(32),
        stripes: random(256),
      }))
      return { type: 'follow', levels, weight: random(256) / 32 }
    },
    circle: () => {
      const member = () => ({ id: hex(20), weight: random(256) / 32 })
      const levels = Array.from({ length: random(Wire.maxFollowed + 1) }, () => ({
        streamId: hex(32),
        members: Array.from({ length: random(Wire.maxCircle + 1) }, member),
      }))
      return { type: 'circle', levels }
    },
    members: () => ({ type: 'members', peerIds: Array.from({ length: random(Wire.maxMembers + 1) }, () => hex(20)) }),
    call: () => ({ type: 'call', isForwarded: random(2) === 0, peerId: hex(20), offerId: hex(20), sdp: text(200) }),
    callAnswer: () => ({ type: 'callAnswer', offerId: hex(20), sdp: text(200) }),
    callRefusal: () => ({ type: 'callRefusal', offerId: hex(20) }),
    payment: () => ({ type: 'payment', payment: randomBytes(random, random(100)) }),
  }
  return { arbitrary, hex }
}
