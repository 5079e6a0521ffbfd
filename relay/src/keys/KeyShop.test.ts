import { Cheque, EpochKey, KeyRequest, KeyServer, StreamId, StreamPrice } from '@lp/contracts/protocol'
import type { PrivateKeyAccount } from 'viem/accounts'
import { beforeEach, describe, expect, test } from 'vitest'
import { ChequebookModel, domain as chequeDomain } from '../../testbeds/chequebook'
import { appoint, newKey, type OpenShop, openShop, type PaidStream, paidStream } from '../../testbeds/keys'
import { KilledError, MemoryStore } from '../../testbeds/paymentStore'
import { domain } from '../../testbeds/stream'
import * as KeyEnvelope from './KeyEnvelope'
import { ForeignOfferError } from './KeyShop'
import type { Message } from './messages'

let chequebook: ChequebookModel
let stream: PaidStream
let counter: OpenShop
let buyer: PrivateKeyAccount
let pair: KeyEnvelope.KeyPair
beforeEach(async () => {
  chequebook = new ChequebookModel()
  stream = await paidStream()
  counter = await openShop(stream, { chequebook })
  buyer = newKey()
  chequebook.deposit(buyer.address, 100_000n)
  pair = await KeyEnvelope.createKeyPair()
})

const channel = (): Cheque.Channel =>
  KeyServer.channelOf(counter.appointment, { issuer: buyer.address, price: stream.price })

const pay = async (cumulative: bigint, signer = buyer) => {
  const { signature } = await Cheque.sign({ ...channel(), cumulative }, signer, chequeDomain)
  return { cumulative, signature }
}

async function ask(
  epoch: bigint,
  {
    cumulative,
    signer = buyer,
    ...change
  }: { cumulative?: bigint; signer?: PrivateKeyAccount } & Partial<KeyRequest.Header> = {},
): Promise<Message> {
  const { streamId } = stream
  const content = { streamId, epoch, server: counter.server.address, issuer: buyer.address, ...change }
  const request = await KeyRequest.sign({ publicKey: pair.publicKey, ...content }, signer, domain)
  const payment = cumulative === undefined ? undefined : await pay(cumulative)
  return counter.shop.answer({ type: 'request', request, payment })
}

async function keysIn(answer: Message, epoch: bigint): Promise<readonly EpochKey.EpochKey[]> {
  if (answer.type !== 'keys') throw new TypeError(`refused: ${JSON.stringify(answer, (_, value) => `${value}`)}`)
  return KeyEnvelope.open(answer.envelope, { ...pair, streamId: stream.streamId, epoch })
}

describe('a key shop', () => {
  test('returns the newest cheque of each buyer of a stream, and no cheque for another stream', async () => {
    expect(counter.shop.chequesOf(stream.streamId)).toEqual([])
    await ask(3n, { cumulative: 100n })
    await ask(4n, { cumulative: 200n })
    expect(counter.shop.chequesOf(stream.streamId)).toMatchObject([{ issuer: buyer.address, cumulative: 200n }])
    expect(counter.shop.chequesOf(StreamId.random(stream.streamKey.address))).toEqual([])
  })

  test('sells the keys of an epoch for its price, and sends them again without a second payment', async () => {
    expect(await ask(3n)).toMatchObject({ reason: 'unpaid', missing: 100n, credit: 0n })
    const answer = await ask(3n, { cumulative: 100n })
    expect(await keysIn(answer, 3n)).toEqual(stream.keys.keysOf(stream.streamId, 3n))
    expect(answer).toMatchObject({ counted: 100n, credit: 0n })
    expect(await keysIn(await ask(3n), 3n)).toHaveLength(1)
    expect(await ask(4n)).toMatchObject({ reason: 'unpaid', missing: 100n })
  })

  test('sends the new key of a paid epoch without a second payment after the broadcaster has loaded its page again', async () => {
    await ask(3n, { cumulative: 100n })
    const key = EpochKey.random()
    await stream.keys.add(stream.streamId, { epoch: 3n, key })
    expect(await keysIn(await ask(3n), 3n)).toContainEqual(key)
  })

  test('keeps the rest of a cheque for later epochs', async () => {
    expect(await ask(3n, { cumulative: 250n })).toMatchObject({ type: 'keys', credit: 150n })
    expect(await ask(4n)).toMatchObject({ type: 'keys', credit: 50n })
    expect(await ask(5n)).toMatchObject({ reason: 'unpaid', missing: 50n })
    expect(await ask(5n, { cumulative: 300n })).toMatchObject({ type: 'keys', credit: 0n })
  })

  test('charges nothing for an epoch if it has no key of this epoch', async () => {
    expect(await ask(4_000n, { cumulative: 100n })).toMatchObject({ reason: 'no-key', credit: 100n })
    expect(await ask(4n)).toMatchObject({ type: 'keys', credit: 0n })
  })

  test('sells no further epoch for a repeated or a lower cheque', async () => {
    await ask(3n, { cumulative: 100n })
    for (const cumulative of [100n, 99n, 1n])
      expect(await ask(4n, { cumulative })).toMatchObject({ reason: 'unpaid', missing: 100n, counted: 100n })
  })

  test('sends no keys for a cheque that a stranger signed, or that the deposit does not cover', async () => {
    const stranger = newKey()
    const { streamId } = stream
    const content = { streamId, epoch: 3n, server: counter.server.address, issuer: buyer.address }
    const request = await KeyRequest.sign({ ...content, publicKey: pair.publicKey }, buyer, domain)
    const forged = await pay(100n, stranger)
    expect(await counter.shop.answer({ type: 'request', request, payment: forged })).toMatchObject({ reason: 'signer' })
    chequebook.change(buyer.address, { deposit: 99n })
    expect(await ask(3n, { cumulative: 100n })).toMatchObject({ reason: 'insolvent', counted: 0n })
  })

  test('sends no keys to a stranger that repeats the cheque of a buyer, even if the buyer has paid for the epoch', async () => {
    await ask(3n, { cumulative: 100n })
    expect(await ask(3n, { cumulative: 100n, signer: newKey() })).toMatchObject({ reason: 'stranger' })
  })

  test('encrypts its answer with the public key that the buyer signed', async () => {
    const answer = await ask(3n, { cumulative: 100n })
    if (answer.type !== 'keys') throw new TypeError('no keys')
    const other = await KeyEnvelope.createKeyPair()
    for (const opened of [
      () => KeyEnvelope.open(answer.envelope, { ...other, streamId: stream.streamId, epoch: 3n }),
      () => KeyEnvelope.open(answer.envelope, { ...pair, streamId: stream.streamId, epoch: 4n }),
    ])
      await expect(opened()).rejects.toThrow(KeyEnvelope.DamagedError)
  })

  test('charges nothing if the public key in the request is malformed', async () => {
    const publicKey = `0x${'04'.repeat(65)}` as const
    expect(await ask(3n, { cumulative: 100n, publicKey })).toMatchObject({ reason: 'stranger', credit: 100n })
    expect(await ask(3n)).toMatchObject({ type: 'keys' })
  })

  test('refuses a request for a stream that it does not offer, and a request to another key server', async () => {
    const other = StreamId.random(newKey().address)
    expect(await ask(3n, { streamId: other })).toMatchObject({ reason: 'no-offer' })
    expect(await ask(3n, { server: newKey().address })).toMatchObject({ reason: 'no-offer' })
  })

  test('stops selling to a buyer whose cheque has bounced', async () => {
    await ask(3n, { cumulative: 250n })
    chequebook.change(buyer.address, { deposit: 0n })
    const held = counter.till.heldIn(channel())
    if (held) await counter.till.refresh(held, 0)
    expect(await ask(4n)).toMatchObject({ reason: 'bounced', credit: 150n })
  })

  test('refuses an offer if the stream key has not signed it, or if the appointment is for another server or stream', async () => {
    const { shop, appointment, server } = counter
    const { price } = stream
    await expect(shop.offer({ price: { ...price, weiPerSegment: 21n }, appointment })).rejects.toThrow(
      StreamPrice.WrongSignerError,
    )
    await expect(shop.offer({ price, appointment: { ...appointment, splitBps: 10_000 } })).rejects.toThrow(
      KeyServer.WrongSignerError,
    )
    await expect(shop.offer({ price, appointment: await appoint(stream, newKey()) })).rejects.toThrow(ForeignOfferError)
    const foreign = await paidStream()
    await expect(shop.offer({ price, appointment: await appoint(foreign, server) })).rejects.toThrow(ForeignOfferError)
  })

  test('reports each new cheque once, so that the broadcaster can cash it', async () => {
    await ask(3n, { cumulative: 100n })
    await ask(3n, { cumulative: 100n })
    await ask(4n, { cumulative: 200n })
    expect(counter.cheques.map(({ cumulative }) => cumulative)).toEqual([100n, 200n])
    await chequebook.cash(counter.cheques[1] as Cheque.SignedCheque)
    expect(chequebook.received.get(stream.beneficiary.address.toLowerCase())).toBe(200n)
  })

  test('refuses a cheque that was written to another key server of the stream', async () => {
    await ask(3n, { cumulative: 100n })
    const first = counter
    const payment = await pay(100n)
    counter = await openShop(stream, { chequebook })
    const { streamId } = stream
    const content = { streamId, epoch: 4n, server: counter.server.address, issuer: buyer.address }
    const request = await KeyRequest.sign({ ...content, publicKey: pair.publicKey }, buyer, domain)
    expect(first.server.address).not.toBe(counter.server.address)
    expect(await counter.shop.answer({ type: 'request', request, payment })).toMatchObject({ reason: 'signer' })
  })
})

describe('after a crash', () => {
  test.each([1, 2, 3])(
    'at write %i, the buyer gets the keys of the epoch that it has paid for, and no keys of a second epoch',
    async (killAt) => {
      for (const isStored of [false, true]) {
        const store = new MemoryStore(new Map(), { killAt, isStored })
        const faults: Error[] = []
        counter = await openShop(stream, { chequebook, store, onFault: (error) => faults.push(error) })
        const { server } = counter
        await ask(3n, { cumulative: 100n })
        counter = await openShop(stream, { chequebook, server, store: new MemoryStore(store.entries) })
        expect(await ask(3n, { cumulative: 100n })).toMatchObject({ type: 'keys', credit: 0n })
        expect(await ask(4n, { cumulative: 100n })).toMatchObject({ reason: 'unpaid', missing: 100n })
        expect(faults.every((error) => error instanceof KilledError)).toBe(true)
      }
    },
  )
})
