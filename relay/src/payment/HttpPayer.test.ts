import { randomBytes } from 'node:crypto'
import type { StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { domain } from '../../testbeds/chequebook'
import { budget, openTrader, paidTerms, type Trader, Wire } from '../../testbeds/payments'
import { openShop, type Shop } from '../../testbeds/shop'
import * as Relay from '../client/Relay'
import { UnpaidError } from '../client/read'
import type { BudgetOptions } from './Budget'
import { HttpPayer } from './HttpPayer'
import type { Offer } from './PaymentRequired'
import { freeTerms, type Terms } from './Terms'

const data = randomBytes(40_000)
const signal = new AbortController().signal

let shop: Shop
let payer: Trader
let http: HttpPayer
let asked: string[]
let unpaid: Offer[]
/** The registered relays. */
let relays: Set<string>
let dataHash: Hex
let streamId: StreamId.StreamId
/** Changes answers on their way to the payer. */
let change: (response: Response, url: string) => Response | Promise<Response>

async function open({ terms = paidTerms, ...options }: { terms?: Terms; budget?: BudgetOptions } = { budget }) {
  shop = await openShop({ terms })
  const { chequebook, clock } = shop
  const stream = await shop.addStream()
  streamId = stream.streamId
  dataHash = (await stream.publish({ sequenceNumber: 0n, data })).dataHash
  payer = await openTrader({ chequebook, nowMs: () => clock.ms, ...options })
  chequebook.deposit(payer.account.address, 10n ** 9n)
  asked = []
  relays = new Set([shop.relay.account.address])
  change = (response) => response
  http = new HttpPayer({
    ...{ payments: payer.payments, signer: payer.account, domain },
    isRelay: (payee) => relays.has(payee),
    fetch: async (input, init) => {
      asked.push(`${init?.method ?? 'GET'} ${`${input}`.slice(shop.url.length)}`)
      return change(await fetch(input, init), `${input}`)
    },
  })
  unpaid = []
  http.on('unpaid', (offer) => unpaid.push(offer))
}
afterEach(async () => {
  http.close()
  payer.payments.close()
  await shop.close()
})

const relay = () => Relay.at(shop.url, http.fetch) as Relay.Relay
/** Gets the payload, and reports that it was correct. Returns its length. */
async function get(): Promise<number> {
  const body = await Relay.payload(relay(), { dataHash, signal })
  Relay.checked(relay(), body?.loadedBytes ?? 0)
  return body?.loadedBytes ?? 0
}
/** Our debt by the count of the shop, and by our own count. Waits until no cheque is on its way. */
async function owed(): Promise<[bigint, bigint]> {
  while (payer.payments.paymentTo(shop.relay.party)) await new Promise((resolve) => setImmediate(resolve))
  return [shop.relay.payments.balanceOf(payer.account.address), -payer.payments.balanceOf(shop.relay.account.address)]
}
const posts = () => asked.filter((request) => request.startsWith('POST'))

describe('a payer with a budget', () => {
  beforeEach(() => open())

  test('pays when a relay asks for payment, and payer and relay count exactly the same debt', async () => {
    for (let segment = 0; segment < 40; segment++) {
      expect(await get()).toBe(data.length)
      shop.clock.ms += 2_000
      payer.payments.tick()
    }
    const [theirs, ours] = await owed()
    expect(theirs).toBe(ours)
    expect(payer.payments.spent + theirs).toBe(BigInt(40 * data.length))
    expect(posts().filter((post) => post.startsWith('POST /payers')).length).toBe(1)
    // One cheque pays for some segments, so the relay refuses few requests.
    expect(posts().length).toBeLessThan(20)
    expect(unpaid).toEqual([])
  })

  test('does not name its payment key before an answer 402, and never in a request for an answer that is not sold', async () => {
    await Relay.record(relay(), { streamId, signal })
    await get()
    await Relay.record(relay(), { streamId, signal })
    const first = [`GET /streams/${streamId}`, `GET /payload/${dataHash}`, 'POST /payers']
    expect([...asked.slice(0, 3), asked.at(-1)]).toEqual([...first, `GET /streams/${streamId}`])
    expect(asked.slice(3, -1).every((request) => request.includes('?payer='))).toBe(true)
  })

  test('needs one hello and one cheque for two requests at the same time', async () => {
    expect(await Promise.all([get(), get()])).toEqual([data.length, data.length])
    expect(posts().map((post) => post.split('?')[0])).toEqual(['POST /payers', 'POST /cheques'])
  })

  test('sends no request again before the relay has taken the cheque', async () => {
    // A slow relay: each answer to a cheque takes 100 ms.
    change = async (response, url) => {
      if (url.includes('/cheques')) await new Promise((resolve) => setTimeout(resolve, 100))
      return response
    }
    expect(await Promise.all([get(), get()])).toEqual([data.length, data.length])
    // Each request is sent before the cheque and after it.
    expect(asked.filter((request) => /payload.*payer=/.test(request)).length).toBe(4)
  })

  test('pays for a segment that costs more than the first advance payment, but pays no more than a step for one request', async () => {
    const stream = await shop.addStream()
    const publish = async (byteLength: number, sequenceNumber: bigint) =>
      (await stream.publish({ sequenceNumber, data: randomBytes(byteLength) })).dataHash
    const [fits, tooLarge] = [await publish(180_000, 0n), await publish(700_000, 1n)]
    dataHash = fits
    expect(await get()).toBe(180_000)
    const { spent } = payer.payments
    dataHash = tooLarge
    await expect(get()).rejects.toThrow(UnpaidError)
    expect([spent, payer.payments.spent - spent]).toEqual([180_000n, 200_000n])
  })

  test('pays for a part of the answers that it did not get, so that the relay continues to send', async () => {
    for (let segment = 0; segment < 30; segment++) {
      expect(await get()).toBe(data.length)
      payer.payments.tick()
    }
    // The relay writes these answers, and the payer gets nothing.
    let isLost = true
    change = async (response, url) => {
      if (!isLost || !url.includes('/payload/') || response.status !== 200) return response
      await response.arrayBuffer()
      throw new TypeError('The connection broke.')
    }
    while (unpaid.length === 0) await get().catch(() => undefined)
    isLost = false
    shop.clock.ms += 1_500
    payer.payments.tick()
    await owed()
    expect(await get()).toBe(data.length)
  })

  test('pays nothing for wrong bytes', async () => {
    await get()
    const before = payer.payments.spent
    // Nobody reports that these bytes were correct.
    for (let request = 0; request < 12; request++)
      await Relay.payload(relay(), { dataHash, signal }).catch((error) => expect(error).toBeInstanceOf(UnpaidError))
    // The payer loses at most its advance payments.
    expect(payer.payments.spent - before <= 2n * BigInt(data.length)).toBe(true)
    expect(unpaid.length > 0).toBe(true)
  })

  test('says hello again when its token has expired, and its debt stays the same', async () => {
    await get()
    shop.clock.ms += 3_700_000
    expect(await get()).toBe(data.length)
    expect(posts().filter((post) => post.startsWith('POST /payers')).length).toBe(2)
    const [theirs, ours] = await owed()
    expect(theirs).toBe(ours)
    expect(payer.payments.spent + theirs).toBe(BigInt(2 * data.length))
  })

  test('pays for answers that it has cancelled, so that the relay continues to send', async () => {
    const stream = await shop.addStream()
    const large = (await stream.publish({ sequenceNumber: 0n, data: randomBytes(90_000) })).dataHash
    for (let segment = 0; segment < 30; segment++) {
      expect(await get()).toBe(data.length)
      if (segment % 10 === 5) {
        const response = await http.fetch(`${shop.url}/payload/${large}`)
        expect(response.status).toBe(200)
        const reader = response.body?.getReader()
        await reader?.read()
        await reader?.cancel()
      }
      payer.payments.tick()
    }
    expect(unpaid).toEqual([])
    const [theirs, ours] = await owed()
    expect(theirs - ours < 100_000n).toBe(true)
  })

  test('has one balance with a relay, for HTTP and the mesh together', async () => {
    const wire = new Wire(shop.relay, payer)
    await wire.quiet()
    expect(await get()).toBe(data.length)
    expect(wire.piece(shop.relay, 16_384)).toBe(true)
    await wire.quiet()
    const [theirs, ours] = await owed()
    expect(theirs).toBe(ours)
    expect(payer.payments.spent + theirs).toBe(BigInt(data.length + 16_384))
    wire.close()
  })

  test('sends a cheque again if the answer to the cheque was lost, and pays only once', async () => {
    let isLost = false
    change = (response, url) => {
      if (!url.includes('/cheques') || isLost) return response
      isLost = true
      throw new TypeError('The connection broke.')
    }
    await expect(get()).rejects.toThrow(UnpaidError)
    shop.clock.ms += 11_000
    payer.payments.tick()
    expect(await get()).toBe(data.length)
    expect(shop.relay.cashier.heldOf(payer.account.address.toLowerCase())).toBe(payer.payments.spent)
  })
})

describe('a payer pays nothing', () => {
  const isUnpaid = async () => {
    await expect(get()).rejects.toThrow(UnpaidError)
    expect(unpaid.length).toBe(1)
    return unpaid[0] as Offer
  }

  test('to a free relay, and the relay does not learn the payment key of the payer', async () => {
    await open({ terms: freeTerms, budget })
    expect(await get()).toBe(data.length)
    expect(asked).toEqual([`GET /payload/${dataHash}`])
    expect(unpaid).toEqual([])
  })

  test('without a budget, and reports that the relay asks for money', async () => {
    await open({})
    expect(await isUnpaid()).toMatchObject({ weiPerByte: 1n, amount: 40_000n, owed: 0n })
  })

  test('to a relay whose price is above the highest price of the payer', async () => {
    await open({ budget: { ...budget, maxWeiPerByte: 0n } })
    await isUnpaid()
    expect(posts().filter((post) => post.startsWith('POST /cheques'))).toEqual([])
  })

  test('to a relay whose free allowance covers all bytes', async () => {
    const rate = { bytesPerSecond: 0, burstBytes: 1_000_000 }
    await open({
      terms: { ...paidTerms, free: { each: rate, contributors: rate, others: { ...rate, burstBytes: 3_000_000 } } },
      budget,
    })
    for (let segment = 0; segment < 25; segment++) expect(await get()).toBe(data.length)
    // From now on, the relay knows the payment key. The free bytes of this key are not used up yet.
    await get()
    payer.payments.tick()
    expect([payer.payments.spent, posts().length]).toEqual([0n, 1])
    const [theirs, ours] = await owed()
    expect(theirs).toBe(ours)
  })

  test('to a relay that is not registered', async () => {
    await open()
    relays.clear()
    await isUnpaid()
    expect(posts()).toEqual([])
  })

  test('to a relay that names the key of another relay, a wrong service URI, or another chain', async () => {
    await open()
    const stranger = await openTrader({ chequebook: shop.chequebook, role: 'relay', nowMs: () => 0 })
    const { account } = stranger
    stranger.payments.close()
    relays.add(account.address)
    const serviceUri = 'https://other.example'
    const lies: ((offer: Record<string, unknown>, extra: Record<string, unknown>) => void)[] = [
      (offer) => Object.assign(offer, { payTo: account.address }),
      (offer) => Object.assign(offer, { network: 'eip155:1' }),
      (_, extra) => Object.assign(extra, { chequebook: account.address }),
      (_, extra) => Object.assign(extra, { serviceUri }),
    ]
    for (const lie of lies) {
      unpaid = []
      change = async (response) => {
        if (response.status !== 402) return response
        const body = await response.json()
        lie(body.accepts[0], body.accepts[0].extra)
        return new Response(JSON.stringify(body), response)
      }
      await isUnpaid()
      expect(posts()).toEqual([])
    }
  })
})
