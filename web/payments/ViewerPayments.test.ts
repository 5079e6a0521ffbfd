import { createClient, http, zeroAddress } from 'viem'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Party, PartyLink } from '../../relay/src/mesh/Accounting'
import { encode, type Message } from '../../relay/src/payment/messages'
import { chainOf } from '../config/chain'
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

beforeEach(() => {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  })
  joins = 0
  rejoined = new Promise((resolve) => {
    payments = new ViewerPayments({
      chainId,
      client: createClient({ chain: chainOf({ chainId, rpcUrl: 'http://127.0.0.1:1' }), transport: http() }),
      readTotals: () => ({ bytesFromPeers: 0, bytesFromRelays: 1_000, bytesToPeers: 1_000 }),
      onRejoin() {
        joins++
        resolve()
      },
    })
  })
})
afterEach(() => {
  payments.close()
  stored.clear()
  vi.unstubAllGlobals()
})

const meet = () => payments.mesh.accounting.met(relay, link)
const hear = (message: Message) => payments.mesh.accounting.hear(relay, encode(message))

test('a viewer of a free stream has no payment key and joins the mesh once', () => {
  meet()
  hear({ ...offer, weiPerByte: 0n })
  expect(payments.getSnapshot()).toMatchObject({ state: 'free', weiPerByte: 0n, left: undefined })
  expect([payments.mesh.key, joins]).toEqual([undefined, 0])
})

test('a price makes the viewer join again with a payment key, which shows relays what it uploads', {
  timeout: 30_000,
}, async () => {
  meet()
  hear(offer)
  hear(offer)
  await rejoined
  expect(joins).toBe(1)
  expect(payments.mesh.key?.address).toMatch(/^0x[\da-fA-F]{40}$/)
  meet()
  hear(offer)
  const seen = () => new Promise<void>((resolve) => void payments.subscribe(resolve))
  await seen()
  expect(payments.getSnapshot()).toMatchObject({ state: 'allowance', weiPerByte: 7n, spent: 0n })
  hear({ type: 'gift', amount: 100_000n })
  hear({ type: 'refusal', reason: 'unpaid', amount: 5n })
  await seen()
  // The viewer has sent 1,000 bytes to others, so no more than their price counts as earned.
  expect(payments.getSnapshot()).toMatchObject({ state: 'unpaid', earned: 7_000n })
})

test('a deposit that cannot be read is a problem with a next step, and the viewer joins without it', {
  timeout: 30_000,
}, async () => {
  payments.pay('0x70997970C51812dc3A010C7d01b50e0d17dc79C8')
  await rejoined
  meet()
  hear(offer)
  await new Promise<void>((resolve) => void payments.subscribe(resolve))
  const { state, problem, choice } = payments.getSnapshot()
  expect(state).toBe('failed')
  expect(problem?.sentence).toBe('This browser cannot pay on this page.')
  expect(choice.issuer).toBe('0x70997970C51812dc3A010C7d01b50e0d17dc79C8')
  payments.stop()
  expect(payments.getSnapshot().choice.issuer).toBeUndefined()
})
