import { EpochKey, KeyServer, Part, PayloadTree, SealedSegment, Segment, StreamPrice } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { domain, jobId, startIngest, streamId, streamKey } from '../../testbeds/ingest'
import { KeyRing } from '../keys/KeyRing'
import type { Capability } from '../mesh/capabilities'
import { NoKeyServerError } from '../mesh/KeyTalk'
import type { Peer } from '../mesh/Peer'
import type { BinarySocketConstructor } from '../mesh/WebSocketChannel'
import { ForeignSaleError } from '../records/Sale'
import { SaleChangedError, UnsealedError } from '../transcoder/JobStreams'
import { Arrival, ForeignStreamError, OutOfOrderError, PartOutOfOrderError, SealError } from './Arrival'
import { createPublisher } from './createPublisher'
import { DroppedKeyError, EpochKeys } from './EpochKeys'
import { Intake, NotOursError } from './Intake'
import type { Publisher } from './Publisher'
import type { OfferedSale, SealedPart, SealedWhole, Sink, Worker } from './Worker'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const sealedId = SealedSegment.streamIdOf(streamId)
const payload = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255)

/** A transcoder that stores all keys and segments that the broadcaster sends, and transcodes nothing. */
async function transcoder({
  capabilities = ['sealed'],
  refuse,
}: {
  capabilities?: readonly Capability[]
  /** If it is set, the transcoder refuses the Assignment for this reason. */
  refuse?: Error
} = {}) {
  const key = privateKeyToAccount(generatePrivateKey())
  const [keys, parts, wholes, plain, refusals] = [
    new KeyRing(),
    [] as SealedPart[],
    [] as SealedWhole[],
    [] as Uint8Array[],
    [] as string[],
  ]
  let sale: OfferedSale | undefined
  const worker: Worker = {
    get nextSequence() {
      return BigInt(plain.length)
    },
    renditionKey: key.address,
    settled: Promise.resolve(),
    maxPayloadBytes: 1_000_000,
    async assigned(_, __, offered) {
      if (refuse) throw refuse
      sale = offered
    },
    show: async () => {},
    list: async () => {},
    learnKey: (epoch, epochKey) => keys.add(streamId, { epoch, key: epochKey }),
    keyOf: (epoch) => keys.newest(streamId, epoch),
    begin: () => ({
      failed: new Promise(() => undefined),
      write() {},
      part(_, __, sealed) {
        if (sealed) parts.push(sealed)
      },
      abort() {},
      async commit(_, bytes, sealed): Promise<Hex> {
        plain.push(bytes)
        if (sealed) wholes.push(sealed)
        return `0x${'11'.repeat(32)}`
      },
    }),
    refused: ({ name }) => refusals.push(name),
    ended: async () => {},
  }
  const offer = { jobId, streamId, domain, signer: key }
  const admission = { assertOpen() {}, enter() {}, active() {}, leave() {} }
  const onBroadcaster = (link: Peer) => void new Intake({ link, worker, offer, admission })
  const host = await startIngest({ key, onBroadcaster, capabilities })
  closing.push(host.close)
  return { ...host, keys, parts, wholes, plain, refusals, sale: () => sale }
}

type Transcoder = Awaited<ReturnType<typeof transcoder>>

async function publish({ url, address }: Transcoder) {
  const terms = { streamId, beneficiary: address, weiPerSegment: 20n }
  const price = await StreamPrice.sign(terms, streamKey, domain)
  const incomes: bigint[] = []
  const { publisher, leave } = createPublisher({
    ...{ streamId, streamKey, domain, jobId, transport: undefined, patienceMs: 200 },
    WebSocket: WebSocket as BinarySocketConstructor,
    candidates: [{ address, serviceUri: url }],
    sale: {
      ...{ price, keys: new EpochKeys() },
      async servers(server) {
        return [await KeyServer.sign({ streamId, server, splitBps: 500, until: 2n ** 40n }, streamKey, domain)]
      },
      onIncome: ({ cumulative }) => incomes.push(cumulative),
    },
  })
  closing.push(leave)
  return { publisher, price, incomes }
}

async function reached(publisher: Publisher, is: (progress: Publisher['progress']) => boolean): Promise<void> {
  while (!is(publisher.progress)) await publisher.next('progress')
}

/** Records one segment with a part. */
function record(publisher: Publisher, data: Uint8Array): void {
  publisher.begin(1_790_000_000_000)
  publisher.append(data.subarray(0, 700))
  publisher.part({ byteLength: 500, durationMs: 400 })
  publisher.append(data.subarray(700))
  publisher.end(2_000)
}

describe('the publisher of a paid stream', () => {
  test('sends the sale before the first segment, seals each part and segment, and sends each key one epoch early', async () => {
    const relay = await transcoder()
    const { publisher, price } = await publish(relay)
    await reached(publisher, ({ phase }) => phase === 'assigned')
    for (let number = 0; number < 6; number++) record(publisher, payload(1_000 + number))
    await reached(publisher, ({ acknowledged }) => acknowledged === 6)
    expect(relay.sale()).toMatchObject({
      price: { signature: price.signature },
      servers: [{ server: relay.address.toLowerCase() }],
    })
    expect(relay.refusals).toEqual([])
    for (const [number, { segment, payload: sealed }] of relay.wholes.entries()) {
      const sequenceNumber = BigInt(number)
      const key = relay.keys.newest(streamId, EpochKey.epochOf(sequenceNumber)) as EpochKey.EpochKey
      await Segment.verify(segment, domain)
      await Segment.verifyPayload(segment, sealed)
      expect(segment).toMatchObject({ streamId: sealedId, sequenceNumber })
      expect(await SealedSegment.open(sealed, key, { streamId, sequenceNumber })).toEqual(relay.plain[number])
      const { part, bytes } = relay.parts[number] as SealedPart
      await Part.verify(part, domain)
      expect(bytes).toEqual(sealed.subarray(0, 500 + SealedSegment.headBytes))
      expect(part.prefixHash).toBe(await PayloadTree.hash(bytes))
    }
    expect(relay.wholes).toHaveLength(6)
    expect([0n, 1n, 2n, 3n].map((epoch) => relay.keys.keysOf(streamId, epoch).length)).toEqual([1, 1, 1, 0])
  })

  test('learns why a transcoder refuses the sale', async () => {
    const refuse = new NotOursError({ transcoder: streamKey.address })
    const relay = await transcoder({ refuse })
    const { publisher } = await publish(relay)
    record(publisher, payload(1_000))
    await reached(publisher, ({ refusal }) => refusal !== undefined)
    expect(publisher.progress.refusal).toMatchObject({ code: refuse.name, message: refuse.shortMessage })
    expect(relay.refusals).toContain(refuse.name)
  })

  test('sends nothing to a transcoder that cannot seal, and reports the reason', async () => {
    const relay = await transcoder({ capabilities: [] })
    const { publisher } = await publish(relay)
    record(publisher, payload(1_000))
    await reached(publisher, ({ refusal }) => refusal !== undefined)
    expect(publisher.progress).toMatchObject({ phase: 'searching', refusal: { code: 'Publisher.Unsealed' } })
    expect([relay.plain, relay.sale()]).toEqual([[], undefined])
  })

  test('gets each cheque for which the transcoder sold keys', async () => {
    const relay = await transcoder()
    const { publisher, incomes } = await publish(relay)
    record(publisher, payload(1_000))
    await reached(publisher, ({ acknowledged }) => acknowledged === 1)
    const channel = { issuer: relay.address, beneficiary: relay.address, splitee: relay.address, splitBps: 1 }
    relay.sale()?.tell({ ...channel, cumulative: 7n, signature: `0x${'22'.repeat(65)}` })
    await expect.poll(() => incomes).toEqual([7n])
  })
})

describe('the segment of a paid stream', () => {
  const data = payload(1_000)
  const sequenceNumber = 3n
  const sink: Sink = {
    failed: new Promise(() => undefined),
    ...{ write() {}, part() {}, abort() {}, commit: async () => '0x' },
  }

  async function arrive() {
    const [key, salt] = [EpochKey.random(), SealedSegment.randomSalt()]
    const offer = { streamId, domain }
    const arrival = new Arrival({ sequenceNumber, startTimeMs: 5n, sink, offer, seal: { key, salt } })
    arrival.append(data, { offset: 0, maxBytes: 10_000 })
    const times = { streamId, sequenceNumber, startTimeMs: 5n }
    const part = {
      ...{ ...times, index: 0, length: 500, durationMs: 400 },
      prefixHash: await PayloadTree.hash(data.subarray(0, 500)),
    }
    const segment = { ...times, durationMs: 2_000, dataHash: await PayloadTree.hash(data) }
    const sealed = await SealedSegment.seal(data, key, { streamId, sequenceNumber, salt })
    return { arrival, part, segment, sealed }
  }
  const wrongHash: Hex = `0x${'33'.repeat(32)}`

  test('is refused without the signed header of its ciphertext, or with the header of other bytes', async () => {
    const { arrival, part, segment, sealed } = await arrive()
    await expect(arrival.addPart(await Part.sign(part, streamKey, domain))).rejects.toThrow(SealError)
    await arrival.addPart(await Part.sign(SealedSegment.partOf(part, wrongHash), streamKey, domain))
    await expect(arrival.addPart(await Part.sign(part, streamKey, domain))).rejects.toThrow(SealError)
    const signed = await Segment.sign(segment, streamKey, domain)
    await expect(arrival.verify(signed)).rejects.toThrow(SealError)
    arrival.takeSealed(await Segment.sign(SealedSegment.headerOf(segment, wrongHash), streamKey, domain))
    await expect(arrival.verify(signed)).rejects.toThrow(SealError)
    const cipherHash = await PayloadTree.hash(sealed)
    const right = await Segment.sign(SealedSegment.headerOf(segment, cipherHash), streamKey, domain)
    arrival.takeSealed({ ...right, signature: signed.signature })
    await expect(arrival.verify(signed)).rejects.toThrow(Segment.WrongSignerError)
    arrival.takeSealed(right)
    expect(await arrival.verify(signed)).toEqual({ segment: right, payload: new Uint8Array(sealed) })
  })
})

test('each error about a paid stream says what happened, and what to do next', () => {
  const price = { streamId, beneficiary: streamKey.address, weiPerSegment: 1n }
  const errors = [
    new SealError({ sequenceNumber: 1n }),
    new OutOfOrderError({ offset: 1, expected: 0 }),
    new PartOutOfOrderError({ index: 1, expected: 0 }),
    new ForeignStreamError({ streamId }),
    new DroppedKeyError({ epoch: 1n, oldest: 2n }),
    new NoKeyServerError({ server: undefined }),
    new ForeignSaleError({ streamId, price }),
    new UnsealedError({ streamId }),
    new SaleChangedError({ streamId }),
  ]
  for (const { shortMessage } of errors) expect(shortMessage).toMatch(/^[A-Z][^.]+\. ([A-Z][^.]+\. ?)+$/)
})

test('a page that has dropped the key of an old segment makes no other key for it', () => {
  const keys = new EpochKeys()
  for (let epoch = 0n; epoch < 20n; epoch++) keys.keyOf(epoch)
  expect(keys.keyOf(19n)).toBe(keys.keyOf(19n))
  expect(() => keys.keyOf(3n)).toThrow(DroppedKeyError)
})
