import { Hello } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Ledger } from '../../testbeds/accounting'
import {
  domain,
  Gateway,
  type Member,
  type Neighbourhood,
  openNeighbourhood,
  untilHaves,
  untilPeers,
} from '../../testbeds/mesh'
import { createLevel, joinPieces, type Release, untilWhole } from '../../testbeds/pieces'
import { startWebRtc } from '../../testbeds/wrtc'
import type { GreetOptions } from './greet'
import * as Wire from './wire'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
})
afterEach(() => neighbourhood.close())
afterAll(() => webRtc.cleanup())

const payerKey = privateKeyToAccount(generatePrivateKey())
const payer: Partial<GreetOptions> = {
  capabilities: ['payments'],
  paymentKey: payerKey.address,
  sign: (hello) => Hello.sign(hello, payerKey, domain),
}

/** A viewer that pays, the peer that serves this viewer, and the ledgers of both. */
async function customerAndServer() {
  const books = { customer: new Ledger(), server: new Ledger() }
  const customer = neighbourhood.join({ accounting: books.customer, hello: payer })
  const server = neighbourhood.join({ accounting: books.server })
  await Promise.all([untilPeers(customer, 1), untilPeers(server, 1)])
  return { customer, server, books }
}

/** `server` offers a segment. Resolves when `customer` has received the HAVE. */
async function offer(server: Member, customer: Member, sequenceNumber: number) {
  const held = await neighbourhood.segment(sequenceNumber)
  const heard = customer.haves + 1
  server.mesh.offer(held)
  await untilHaves(customer, heard)
  return held
}

/** The customer pays, the server acknowledges, and the customer's mesh can request segments again. */
async function pay({ customer, server }: { customer: Ledger; server: Ledger }) {
  const [paid, acknowledged] = [server.next('hear'), customer.next('hear')]
  customer.only().link.send(Uint8Array.of(1))
  await paid
  server.allowanceBytes = 1_000_000
  server.only().link.send(Uint8Array.of(2))
  await acknowledged
  customer.only().link.askAgain()
}

describe('Accounting', () => {
  test('receives `met` with the facts of the HELLO when a peer connects, and `left` when the peer leaves', async () => {
    const { customer, books } = await customerAndServer()
    const { id } = customer
    const { party } = books.server.only()
    expect(party).toMatchObject({ id, role: 'viewer', address: undefined, paymentKey: payerKey.address.toLowerCase() })
    expect([...party.capabilities]).toEqual(['payments', 'introductions'])
    expect(books.customer.only().party).toMatchObject({ role: 'viewer', paymentKey: undefined })
    const left = books.server.next('left')
    customer.mesh.leave()
    expect((await left)[0]).toBe(party)
  })

  test('sends payment messages to the other side, and receives the payment messages of the other side', async () => {
    const { books } = await customerAndServer()
    const heard = books.server.next('hear')
    books.customer.only().link.send(Uint8Array.of(1, 2, 3))
    const [party, payment] = await heard
    expect(party).toBe(books.server.only().party)
    expect([...payment]).toEqual([1, 2, 3])
    const answered = books.customer.next('hear')
    books.server.only().link.send(new Uint8Array(Wire.maxPaymentBytes).fill(7))
    expect((await answered)[1]).toEqual(new Uint8Array(Wire.maxPaymentBytes).fill(7))
  })

  test('is asked before each piece whether the mesh is allowed to send it, and both sides count the same bytes', async () => {
    const { customer, server, books } = await customerAndServer()
    const held = await offer(server, customer, 3)
    expect(await customer.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'peer' })
    const { streamId } = neighbourhood
    const pieces = [49_152, 49_152, 49_152, 49_152, 3_392].map((byteLength) => {
      return { streamId, sequenceNumber: 3n, byteLength }
    })
    expect(books.server.sentPieces).toEqual(pieces)
    expect(books.customer.receivedPieces).toEqual(pieces)
    expect(books.customer.checkedPieces).toEqual([{ streamId, sequenceNumber: 3n, byteLength: 200_000 }])
    // The mesh calls `maySend` before the header, and then before each piece.
    expect(books.server.asked).toBe(pieces.length + 1)
  })

  test('can refuse a request: the peer receives `unpaid`, and asks only other sources until it has paid', async () => {
    const { customer, server, books } = await customerAndServer()
    books.server.allowanceBytes = 0
    const gateway = new Gateway()
    const first = await offer(server, customer, 0)
    expect(await customer.mesh.fetch(gateway.request(first))).toMatchObject({ from: 'gateway' })
    expect(books.server.asked).toBe(1)

    const second = await offer(server, customer, 1)
    expect(await customer.mesh.fetch(gateway.request(second))).toMatchObject({ from: 'gateway' })
    expect(books.server.asked).toBe(1)

    await pay(books)
    const third = await offer(server, customer, 2)
    expect(await customer.mesh.fetch(gateway.request(third))).toMatchObject({ from: 'peer' })
    expect([...customer.bans, ...server.bans]).toEqual([])
  })

  test('can stop an answer between two pieces: the segment comes from the gateway, and no peer is banned', async () => {
    const { customer, server, books } = await customerAndServer()
    books.server.allowanceBytes = 100_000
    const held = await offer(server, customer, 0)
    const { from, payload } = await customer.mesh.fetch(new Gateway().request(held))
    expect(from).toBe('gateway')
    expect(Buffer.from(payload.data).equals(held.data)).toBe(true)
    expect(books.server.sentBytes).toBe(2 * 49_152)
    expect(books.customer.receivedBytes).toBe(2 * 49_152)
    expect([...customer.bans, ...server.bans]).toEqual([])
  })

  test('can accept a payment during a fetch: the segment then comes from the paid peer', async () => {
    const { customer, server, books } = await customerAndServer()
    books.server.allowanceBytes = 0
    const held = await offer(server, customer, 0)
    const request = new Gateway().request(held, { spareMs: 60_000 })
    const fetching = customer.mesh.fetch({ ...request, fromGateway: () => Promise.reject(new RangeError('gone')) })
    await books.server.next('refused')
    await pay(books)
    expect(await fetching).toMatchObject({ from: 'peer' })
  })

  test('is told nothing about a viewer with a forged payment key', async () => {
    const accounting = new Ledger()
    const ours = neighbourhood.join({ accounting })
    const otherKey = privateKeyToAccount(generatePrivateKey())
    neighbourhood.join({ hello: { ...payer, paymentKey: otherKey.address } })
    await ours.mesh.next('banned')
    expect(ours.bans).toEqual(['greet.ForgedPaymentKeyError'])
    expect(accounting.parties).toEqual([])
  })
  test('receives no `checked` for wrong bytes, and receives `left` with the error about these bytes', async () => {
    const accounting = new Ledger()
    const ours = neighbourhood.join({ accounting })
    const held = await neighbourhood.segment(0)
    const wrong = held.data.map((byte) => byte ^ 1)
    neighbourhood.stranger((peer) => {
      const { streamId } = neighbourhood
      peer.send({ type: 'have', streamId, isWhole: true, sequenceNumbers: [0n] })
      peer.on('message', (message) => {
        if (message.type !== 'request') return
        const { requestId } = message
        peer.send({ type: 'header', requestId, segment: held.segment, length: wrong.length })
        for (let offset = 0; offset < wrong.length; offset += Wire.maxDataBytes)
          peer.send({ type: 'data', requestId, offset, data: wrong.subarray(offset, offset + Wire.maxDataBytes) })
      })
    })
    await untilHaves(ours, 1)
    const left = accounting.next('left')
    expect(await ours.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'gateway' })
    expect((await left)[1]?.name).toBe('Segment.WrongPayloadError')
    expect(accounting.receivedBytes).toBe(200_000)
    expect(accounting.checkedPieces).toEqual([])
  })

  test('when viewers exchange pieces, is told which bytes were checked', async () => {
    const level = createLevel()
    const [server, customer] = [new Ledger(), new Ledger()]
    const source = joinPieces(neighbourhood, level, { accounting: server })
    const viewer = joinPieces(neighbourhood, level, { accounting: customer })
    await Promise.all([untilPeers(source, 1), untilPeers(viewer, 1)])
    const releases = await level.segment(0)
    for (const { header, bytes } of releases) await source.pieces.offer(header, bytes)
    await untilWhole(viewer.pieces, releases[0] as Release)
    expect(customer.checkedPieces.reduce((bytes, { byteLength }) => bytes + byteLength, 0)).toBe(200_000)
    expect(customer.receivedBytes).toBe(server.sentBytes)
  })

  test('can ban a peer that broke a rule of payments', async () => {
    const { customer, server, books } = await customerAndServer()
    const left = books.customer.next('left')
    books.server.only().link.ban(new Wire.MalformedError({ type: 'payment', reason: 'a cheque of another chain' }))
    await left
    expect(server.bans).toEqual(['Wire.MalformedError'])
    expect(customer.bans).toEqual([])
  })
})
