import { Hello } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Ledger } from '../../testbeds/accounting'
import { domain, Gateway, hears, type Member, meets, type Neighbourhood, openNeighbourhood } from '../../testbeds/mesh'
import { startWebRtc } from '../../testbeds/wrtc'
import type { GreetOptions } from './greet'
import * as Wire from './wire'

const webRtc = startWebRtc()
let street: Neighbourhood
beforeEach(async () => {
  street = await openNeighbourhood(webRtc)
})
afterEach(() => street.close())
afterAll(() => webRtc.cleanup())

const payerKey = privateKeyToAccount(generatePrivateKey())
const payer: Partial<GreetOptions> = {
  capabilities: ['payments'],
  paymentKey: payerKey.address,
  sign: (hello) => Hello.sign(hello, payerKey, domain),
}

/** A viewer that pays, the peer that serves it, and the books of both. */
async function customerAndServer() {
  const books = { customer: new Ledger(), server: new Ledger() }
  const customer = street.join({ accounting: books.customer, hello: payer })
  const server = street.join({ accounting: books.server })
  await Promise.all([meets(customer, 1), meets(server, 1)])
  return { customer, server, books }
}

/** `server` offers a segment and `customer` learns of it. */
async function offer(server: Member, customer: Member, sequenceNumber: number) {
  const held = await street.segment(sequenceNumber)
  const heard = customer.haves + 1
  server.mesh.put(held)
  await hears(customer, heard)
  return held
}

/** The customer pays, the server acknowledges, and the customer's mesh may ask again. */
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
  test('is told which peer was met, with what its HELLO proves, and when the peer left', async () => {
    const { customer, books } = await customerAndServer()
    const { id } = customer
    const { party } = books.server.only()
    expect(party).toMatchObject({ id, role: 'viewer', address: undefined, paymentKey: payerKey.address.toLowerCase() })
    expect([...party.capabilities]).toEqual(['payments'])
    expect(books.customer.only().party).toMatchObject({ role: 'viewer', paymentKey: undefined })
    const left = books.server.next('left')
    customer.mesh.leave()
    expect((await left)[0]).toBe(party)
  })

  test('hears the payment messages that the other side sends, and sends its own', async () => {
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

  test('is asked for each piece, and both sides count the same bytes', async () => {
    const { customer, server, books } = await customerAndServer()
    const held = await offer(server, customer, 3)
    expect(await customer.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'peer' })
    const { streamId } = street
    const pieces = [49_152, 49_152, 49_152, 49_152, 3_392].map((byteLength) => {
      return { streamId, sequenceNumber: 3n, byteLength }
    })
    expect(books.server.sentPieces).toEqual(pieces)
    expect(books.customer.receivedPieces).toEqual(pieces)
    // Once more before the first piece: the answer to the request.
    expect(books.server.asked).toBe(pieces.length + 1)
  })

  test('that refuses makes the peer hear `unpaid`; the peer asks elsewhere until it has paid', async () => {
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
    expect([...customer.cuts, ...server.cuts]).toEqual([])
  })

  test('can stop an answer between two pieces; the segment comes from elsewhere, and no peer is cut off', async () => {
    const { customer, server, books } = await customerAndServer()
    books.server.allowanceBytes = 100_000
    const held = await offer(server, customer, 0)
    const { from, parcel } = await customer.mesh.fetch(new Gateway().request(held))
    expect(from).toBe('gateway')
    expect(Buffer.from(parcel.data).equals(held.data)).toBe(true)
    expect(books.server.sentBytes).toBe(2 * 49_152)
    expect(books.customer.receivedBytes).toBe(2 * 49_152)
    expect([...customer.cuts, ...server.cuts]).toEqual([])
  })

  test('that hears of a payment in the middle of a fetch gets the segment from the peer that was paid', async () => {
    const { customer, server, books } = await customerAndServer()
    books.server.allowanceBytes = 0
    const held = await offer(server, customer, 0)
    const request = new Gateway().request(held, { spareMs: 60_000 })
    const fetching = customer.mesh.fetch({ ...request, fromGateway: () => Promise.reject(new RangeError('gone')) })
    await books.server.next('refused')
    await pay(books)
    expect(await fetching).toMatchObject({ from: 'peer' })
  })

  test('never meets a viewer with a forged payment key', async () => {
    const accounting = new Ledger()
    const ours = street.join({ accounting })
    const otherKey = privateKeyToAccount(generatePrivateKey())
    street.join({ hello: { ...payer, paymentKey: otherKey.address } })
    await ours.mesh.next('cut')
    expect(ours.cuts).toEqual(['greet.ForgedPaymentKeyError'])
    expect(accounting.parties).toEqual([])
  })
})
