import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Hello, PieceTree, Segment, StreamId } from '@lp/contracts/protocol'
import { bytesToHex, type Hex } from 'viem'
import { expect, test } from 'vitest'
import { mutate, randomFrom } from '../../testbeds/fuzz'
import { domain } from '../../testbeds/mesh'
import { messagesFrom } from '../../testbeds/messages'
import { createLevel, type Release, untilWhole, verifier } from '../../testbeds/pieces'
import { type Channel, type ChannelEvents, maxMessageBytes } from './Channel'
import { Emitter } from './Emitter'
import type { Connections, Finder } from './Finder'
import { Mesh } from './Mesh'
import type { Sharing } from './pieces/Sharing'
import type { Room, RoomEvents } from './Transport'
import * as Wire from './wire'

const random = randomFrom(5)
/** With `npm run test:long`, this test and the fuzz test of the decoder together read more than a million inputs. */
const inputs = process.env.LP_LONG ? 200_000 : 4_000
const { arbitrary, hex } = messagesFrom(random)
const types = Object.keys(arbitrary) as Wire.Message['type'][]
const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A channel without a network: `receive` hands the bytes of the peer to the mesh. */
class FuzzChannel extends Emitter<ChannelEvents> implements Channel {
  readonly peerId = bytesToHex(crypto.getRandomValues(new Uint8Array(20)))
  readonly connection = { localFingerprint: hex(32), remoteFingerprint: hex(32) }
  readonly maxMessageBytes = maxMessageBytes
  readonly bufferedAmount = 0
  closed = false
  reason: string | undefined

  receive(bytes: Uint8Array): void {
    if (!this.closed) this.emit('message', bytes)
  }

  send(): void {}

  close(reason?: Error): void {
    if (this.closed) return
    this.closed = true
    this.reason = reason?.name
    this.emit('close', reason as ChannelEvents['close'][0])
  }
}

/** A room in which the test opens the channels. All attempts to connect to other peers fail. */
class FuzzRoom extends Emitter<RoomEvents> implements Room {
  readonly infoHash = hex(20)
  readonly channels = new Map<Hex, Channel>()

  find(finder: Finder): void {
    const connections: Connections = {
      ...{
        channels: this.channels,
        taken: 1,
        limit: 16,
        isSatisfied: false,
        canOpen: true,
        missing: 4,
        found: 0,
        unanswered: 0,
      },
      ...{
        accepts: () => true,
        offer: async () => ({ offerId: hex(20), sdp: 'v=0' }),
        withdraw: () => {},
        report: () => {},
      },
      ...{ accept: async () => false, answer: async () => false, dial: async () => false },
    }
    finder.start(connections)
  }

  open(): FuzzChannel {
    const channel = new FuzzChannel()
    this.channels.set(channel.peerId, channel)
    channel.on('close', () => this.channels.delete(channel.peerId))
    this.emit('channel', channel)
    return channel
  }

  avoid(): void {}
  leave(): void {}
}

const level = createLevel(9_000, 4)
const { streamId } = level
const roomStream = StreamId.random(level.key.address)
const whole = (releases: readonly Release[]) => Buffer.concat(releases.map(({ bytes }) => bytes))

/** All pieces of each prefix of a segment, with correct bytes and paths. */
async function truePieces(releases: readonly Release[], number: number): Promise<TruePiece[]> {
  const pieces: TruePiece[] = []
  for (const parts of releases.keys()) {
    const data = whole(releases.slice(0, parts + 1))
    const growing = await PieceTree.grow()
    growing.append(data)
    for (let index = 0; index < PieceTree.count(data.length); index++) {
      const { start, end } = PieceTree.rangeOf(index, data.length)
      const path = await PieceTree.prove(growing.roots(), index)
      const place = { streamId, sequenceNumber: BigInt(number), length: data.length, index, offset: 0 }
      pieces.push({ type: 'piece', requestId: 0, ...place, path, data: data.subarray(start, end) })
    }
  }
  return pieces
}

type TruePiece = Extract<Wire.Message, { type: 'piece' }>

/** A correct piece, whole or from a random byte on. Either it is a push, or it answers a request that the mesh may have sent. */
function somePiece(pieces: readonly TruePiece[]): TruePiece {
  const piece = pick(pieces)
  const offset = random(2) && random(piece.data.length)
  return { ...piece, requestId: random(2) * random(20), offset, data: piece.data.subarray(offset) }
}

/** Sets fields of a random message to values that the mesh knows, such as the StreamId of its level. */
function aim(message: Wire.Message): Wire.Message {
  const aimed: Record<string, unknown> = { ...message }
  if ('streamId' in aimed && random(8)) aimed.streamId = streamId
  if ('sequenceNumber' in aimed && random(8)) aimed.sequenceNumber = BigInt(random(7))
  if ('requestId' in aimed && random(8)) aimed.requestId = random(20)
  if (message.type === 'follow') aimed.levels = [{ streamId, stripes: random(256) }].slice(random(2))
  if (message.type === 'ask' || message.type === 'piece') {
    const [length, index] = pick([
      [9_000, 0],
      [18_000, 0],
      [18_000, 1],
      [36_000, 1],
      [36_000, 2],
    ] as const)
    Object.assign(aimed, { length, index, offset: random(600) })
  }
  if (message.type === 'holds')
    Object.assign(aimed, { length: pick([1, 9_000, 36_000, 2 ** 32 - 1]), pieces: [0, 1, 2] })
  return aimed as Wire.Message
}

type Content = { readonly releases: readonly Release[]; readonly pieces: readonly TruePiece[] }

function anyInput(stream: readonly Content[]): Uint8Array {
  const { releases, pieces } = pick(stream)
  const { header } = pick(releases)
  const aimed = () => aim(arbitrary[pick(['ask', 'holds', 'decline', 'withdraw', 'follow', 'members'] as const)]())
  const news = (): Wire.Message => {
    return { type: 'news', header: 'part' in header ? header : { ...header, length: pick([0, header.length, 7]) } }
  }
  const piece = () => somePiece(pieces)
  // Arbitrary messages are rarer, because most of them close the channel.
  const makers: (() => Wire.Message)[] = [
    () => arbitrary[pick(types)](),
    () => aim(arbitrary[pick(types)]()),
    ...[aimed, aimed, news, news, piece, piece],
  ]
  const bytes = Wire.encode(pick(makers)())
  return random(6) ? bytes : mutate(random, bytes)
}

const hello = (capabilities: bigint) =>
  Wire.encode({ type: 'hello', version: Wire.version, role: 'viewer', streamId: roomStream, capabilities })

/** The bytes of memory that are still in use after a garbage collection. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test(`a mesh reads ${inputs.toLocaleString('en')} random, correct and changed messages in every state: it closes channels with typed errors, uses bounded memory, and works afterwards`, async () => {
  const room = new FuzzRoom()
  const mesh = new Mesh({
    ...{ room, selfId: hex(20), random: () => random(2 ** 30) / 2 ** 30, verify: Segment.verifyPayload },
    greeting: {
      streamId: roomStream,
      role: 'viewer',
      recover: (hello, signature) => Hello.recover(hello, signature, domain),
    },
    pieces: { verifier, relay: { fetch: async () => Promise.reject(new TypeError('The relay is down.')) } },
  })
  const pieces = mesh.pieces as Sharing
  pieces.follow([{ streamId, bitrate: 800_000, deadlineMs: () => performance.now() + 2_000 }])
  const stream: Content[] = []
  for (const number of [0, 1, 2, 3, 4, 5]) {
    const releases = await level.segment(number)
    stream.push({ releases, pieces: await truePieces(releases, number) })
  }
  for (const { header, bytes } of stream[0]?.releases ?? []) await pieces.offer(header, bytes)
  for (const { header } of (stream[1]?.releases ?? []).slice(0, 2)) pieces.know(header)

  const reasons = new Map<string, number>()
  let channel = room.open()
  let usedBefore = 0
  for (let input = 0; input < inputs; input++) {
    if (channel.closed) {
      reasons.set(channel.reason ?? 'none', (reasons.get(channel.reason ?? 'none') ?? 0) + 1)
      channel = room.open()
      // Some peers send a message before their HELLO, and some have no capability.
      if (random(20)) channel.receive(hello(pick([0n, 2n ** 64n - 1n, 2n ** 64n - 1n])))
      await turn()
    }
    channel.receive(anyInput(stream))
    if (input % 8 === 0) await turn()
    if (input === Math.floor(inputs / 4)) usedBefore = usedBytes()
  }
  channel.close()
  await turn()
  expect([...reasons.keys()].filter((name) => !/^\w+\.\w+Error$/.test(name))).toEqual([])
  expect(reasons.get('Peer.UnhandledMessageError')).toBeUndefined()
  expect(reasons.size).toBeGreaterThan(5)
  expect(usedBytes() - usedBefore).toBeLessThan(48 * 1024 * 1024)

  const honest = room.open()
  honest.receive(hello(2n ** 64n - 1n))
  await turn()
  const releases = await level.segment(6)
  const { header } = releases.at(-1) as Release
  honest.receive(Wire.encode({ type: 'news', header }))
  for (const piece of await truePieces(releases, 6)) if (piece.length === 36_000) honest.receive(Wire.encode(piece))
  const data = whole(releases)
  expect(data.equals(await untilWhole(pieces, releases[0] as Release))).toBe(true)
  mesh.leave()
})
