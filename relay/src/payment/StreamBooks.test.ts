import type { Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ChequebookModel } from '../../testbeds/chequebook'
import { openTrader, type Trader } from '../../testbeds/payments'
import { Shares } from './Shares'
import { StreamBooks } from './StreamBooks'

const one: Hex = '0x01'
const other: Hex = '0x02'

describe('the shares of the streams in a payment', () => {
  test('are in proportion to their bytes since the last payment, and add up to the payment', () => {
    const shares = new Shares(10)
    shares.add('a', one, 100)
    shares.add('a', other, 200)
    shares.add('b', one, 1)
    expect(shares.divide('a', 100n)).toEqual([
      [one, 33n],
      [other, 67n],
    ])
    shares.add('a', other, 5)
    expect(shares.divide('a', 7n)).toEqual([[other, 7n]])
    expect(shares.divide('a', 3n)).toEqual([[other, 3n]])
  })

  test('give the whole payment to the stream whose bytes come first, if the payment came before any bytes', () => {
    const shares = new Shares(10)
    expect(shares.divide('a', 9n)).toEqual([])
    expect(shares.add('a', one, 1)).toBe(9n)
    expect(shares.add('a', one, 1)).toBe(0n)
  })
})

describe('the books of the streams', () => {
  let trader: Trader
  beforeEach(async () => {
    trader = await openTrader({ chequebook: new ChequebookModel(), nowMs: () => 0 })
  })
  afterEach(() => trader.payments.close())

  test('count the bytes and amounts of each stream together with its renditions, and the amounts of each peer', async () => {
    const { payments } = trader
    const peer = await openTrader({ chequebook: trader.chequebook, nowMs: () => 0 })
    peer.payments.close()
    const books = new StreamBooks({ payments, sourceOf: (streamId) => (streamId === '0x11' ? one : streamId) })
    books.met(peer.party, { send: () => {}, askAgain: () => {}, ban: () => {} })
    const piece = (streamId: Hex, byteLength: number) => ({ streamId, sequenceNumber: 0n, byteLength })
    expect(books.maySend(peer.party, piece(one, 10))).toBe(true)
    books.sent(peer.party, piece('0x11', 10))
    books.sent(peer.party, piece(other, 30))
    books.received(peer.party, piece(one, 5))
    books.checked(peer.party, piece(one, 5))
    const party = peer.account.address.toLowerCase()
    payments.emit('event', party, { type: 'earned', amount: 40n })
    payments.emit('event', party, { type: 'paid', amount: 3n })
    payments.emit('event', party, { type: 'bounced', amount: 1n })
    expect(Object.fromEntries(books.streams)).toEqual({
      [one]: { earned: 10n, paid: 3n, bytesSold: 10, bytesBought: 5 },
      [other]: { earned: 30n, paid: 0n, bytesSold: 30, bytesBought: 0 },
    })
    expect(Object.fromEntries(books.peers)).toEqual({ [party]: { earned: 40n, paid: 3n, bounced: 1n } })
  })

  test('add the cheques of a sponsor to the earnings of the stream for whose viewers the sponsor pays', () => {
    const { payments } = trader
    const sponsoredBy = (party: string) => (party === 'sponsor' ? other : undefined)
    const books = new StreamBooks({ payments, sourceOf: (streamId) => streamId, sponsoredBy })
    payments.emit('event', 'sponsor', { type: 'earned', amount: 7n })
    expect(books.streams.get(other)?.earned).toBe(7n)
    expect(books.peers.get('sponsor')?.earned).toBe(7n)
  })
})
