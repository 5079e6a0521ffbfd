import { type Address, createClient, http, zeroAddress } from 'viem'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Party, PartyLink } from '../../relay/src/mesh/Accounting'
import { encode, type Message } from '../../relay/src/payment/messages'
import { chainOf } from '../config/chain'
import { storeChoice } from './choiceStore'
import { hearPrice } from './hearPrice'
import { noChoice } from './PaymentChoice'
import { ViewerPayments } from './ViewerPayments'

const chainId = 31337
const relay: Party = {
  ...{
    id: '0x01',
    streamId: '0x00',
    role: 'relay',
    address: zeroAddress,
    paymentKey: '0x00000000000000000000000000000000000000bb',
  },
  capabilities: new Set(['payments'] as const),
}
const link = { send: vi.fn(), askAgain: vi.fn(), ban: vi.fn() } satisfies PartyLink
const offer: Message = { type: 'offer', weiPerByte: 7n, credit: 0n, splitee: zeroAddress, splitBps: 0 }

let payments: ViewerPayments
let rejoined: Promise<void>
let joins: number
const stored = new Map<string, string>()

/** `stored` names a wallet that pays. */
function open({
  issuer,
  canPay = true,
  weiPerByte = 7n,
}: {
  issuer?: Address
  canPay?: boolean
  weiPerByte?: bigint
} = {}) {
  if (issuer) storeChoice(chainId, { ...noChoice, issuer })
  joins = 0
  rejoined = new Promise((resolve) => {
    payments = new ViewerPayments({
      ...{ chainId, weiPerByte, canPay, isRelay: async () => false },
      client: createClient({ chain: chainOf({ chainId, rpcUrls: ['http://127.0.0.1:1'] }), transport: http() }),
      readTotals: () => ({ bytesFromPeers: 0, bytesFromRelays: 1_000, bytesToPeers: 1_000 }),
      isWaiting: () => true,
      ask: () => Promise.reject(new Error('no key server')),
      onKeys: () => undefined,
      onRejoin() {
        joins++
        resolve()
      },
    })
  })
}

beforeEach(() => {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  })
})
afterEach(() => {
  payments.close()
  stored.clear()
  vi.unstubAllGlobals()
})

const meet = () => payments.mesh?.accounting.met(relay, link)
const hear = (message: Message) => payments.mesh?.accounting.hear(relay, encode(message))
const seen = () => new Promise<void>((resolve) => void payments.subscribe(resolve))

test('before a price is known, a viewer only listens, and answers nothing', () => {
  const onPrice = vi.fn()
  const { accounting, key } = hearPrice(onPrice)
  accounting.met(relay, link)
  accounting.hear(relay, encode({ ...offer, weiPerByte: 0n }))
  expect([key, onPrice.mock.calls]).toEqual([undefined, []])
  accounting.hear(relay, encode(offer))
  expect(onPrice).toHaveBeenCalledExactlyOnceWith(7n)
  expect(link.send).not.toHaveBeenCalled()
  open()
})

test('a price makes the viewer join with a payment key, which shows relays what it uploads', {
  timeout: 30_000,
}, async () => {
  open()
  expect(payments.getSnapshot()).toMatchObject({ state: 'allowance', weiPerByte: 7n, spent: 0n, left: undefined })
  expect(payments.mesh).toBeUndefined()
  await rejoined
  expect(joins).toBe(1)
  expect(payments.mesh?.key?.address).toMatch(/^0x[\da-fA-F]{40}$/)
  meet()
  hear({ ...offer, weiPerByte: 8n })
  await seen()
  expect(payments.getSnapshot()).toMatchObject({ state: 'allowance', weiPerByte: 8n })
  hear({ type: 'gift', amount: 100_000n })
  hear({ type: 'refusal', reason: 'unpaid', amount: 5n })
  await seen()
  // The viewer has sent 1,000 bytes to others, so no more than their price counts as earned.
  expect(payments.getSnapshot()).toMatchObject({ state: 'unpaid', earned: 8_000n })
})

test('in a foreign page, the wallet that the person has chosen on the watch page pays nothing, and stays chosen', {
  timeout: 30_000,
}, async () => {
  const issuer = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  open({ issuer, canPay: false })
  await rejoined
  meet()
  hear(offer)
  hear({ type: 'refusal', reason: 'unpaid', amount: 5n })
  await seen()
  expect(payments.getSnapshot()).toMatchObject({ state: 'unpaid', choice: { issuer: undefined } })
  payments.close()
  open()
  expect(payments.getSnapshot().choice.issuer).toBe(issuer)
})

test('a request waits for the code of payments, unless it is aborted', { timeout: 30_000 }, async () => {
  vi.stubGlobal('fetch', async () => new Response('a segment'))
  open()
  const aborting = new AbortController()
  const aborted = payments.fetch('http://127.0.0.1:1/payload/0x00', { signal: aborting.signal })
  const waiting = payments.fetch('http://127.0.0.1:1/payload/0x00')
  aborting.abort(new RangeError('The player wants another segment.'))
  await expect(aborted).rejects.toThrow('another segment')
  expect(await (await waiting).text()).toBe('a segment')
  expect(joins).toBe(1)
})

test('a deposit that cannot be read is a problem with a next step, and the viewer joins without it', {
  timeout: 30_000,
}, async () => {
  const issuer = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  open({ issuer })
  await rejoined
  meet()
  hear(offer)
  await seen()
  const { state, problem, choice } = payments.getSnapshot()
  expect(state).toBe('failed')
  expect(problem?.sentence).toBe('This browser cannot pay on this page.')
  expect(choice.issuer).toBe(issuer)
  payments.stop()
  expect(payments.getSnapshot().choice.issuer).toBeUndefined()
})

test('without the code of payments, requests go out without payment, and the page says so; later the viewer pays', {
  timeout: 30_000,
}, async () => {
  vi.stubGlobal('fetch', async () => new Response('pay', { status: 402 }))
  vi.doMock('./engine', () => {
    throw new TypeError('Failed to fetch dynamically imported module')
  })
  try {
    open({ weiPerByte: 0n })
    expect((await payments.fetch('http://127.0.0.1:1/payload/0x00')).status).toBe(402)
    await seen()
    const { state, problem } = payments.getSnapshot()
    expect(state).toBe('failed')
    expect(problem?.sentence).toBe('The page could not load the code that pays relays, so it gets only free video.')
    expect(joins).toBe(0)
  } finally {
    vi.doUnmock('./engine')
  }
  payments.stop()
  await rejoined
  expect(payments.getSnapshot().problem).toBeUndefined()
})
