// @vitest-environment happy-dom
import { act, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { parseEther, toHex } from 'viem'
import { afterEach, expect, test, vi } from 'vitest'
import type { Wallet } from '../wallet/Wallet'
import type { Allocation } from './Allocation'
import type { Claiming } from './Claiming'
import { ClaimView, type ClaimViewProps } from './ClaimView'
import { reviewOf } from './Review'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const account = toHex(9, { size: 20 })
const transcoder = toHex(8, { size: 20 })
const allocation: Allocation = { index: 3, account, amount: parseEther('2500'), siblings: [] }
const nothing = () => undefined
const onConnect = vi.fn()
const onAsk = vi.fn()
const walletOf = (status: Wallet['status']): Wallet => ({
  ...{ status, address: status === 'connected' ? account : undefined, balanceWei: 0n, isTestWallet: false },
  ...{ isOnWrongChain: false, onConnect, onSwitchChain: nothing },
})
const claimingOf = (changes: Partial<Claiming> = {}): Claiming => ({
  ...{ clock: { block: 10n, timeMs: 0, blockTimeMs: 1_000 }, timeSeconds: 1_790_000_000n, closingTime: 1_798_700_000n },
  ...{ unclaimed: parseEther('10000'), isClaimed: false, isRoundInitialized: true, unbondingPeriod: 86_400n },
  maxRoundSlash: 300_000n,
  transcoders: [{ address: transcoder, stake: parseEther('700'), blockRewardCut: 100_000n, feeShare: 250_000n }],
  position: { account, delegate: undefined, balance: 0n },
  ...changes,
})

const place = document.createElement('div')
let root: ReturnType<typeof createRoot> | undefined
async function show(claiming: Claiming | undefined, changes: Partial<ClaimViewProps> = {}) {
  root = createRoot(place)
  const props: ClaimViewProps = {
    ...{ wallet: walletOf('connected'), account, claiming, problem: undefined },
    form: { text: '', problem: undefined, address: undefined, onText: nothing, onSubmit: nothing, onClear: nothing },
    found: { allocation, isAbsent: false, problem: undefined },
    flow: {
      ...{ intent: undefined, review: undefined, isReady: false, isBusy: false, slow: undefined, problem: undefined },
      ...{ onInitialize: undefined, onAsk, onConfirm: nothing, onClose: nothing },
    },
    ...changes,
  }
  await act(async () =>
    root?.render(
      <Suspense>
        <ClaimView {...props} />
      </Suspense>,
    ),
  )
}
afterEach(async () => {
  await act(async () => root?.unmount())
  vi.clearAllMocks()
})

const text = () => (place.textContent ?? '').replaceAll('\u00a0', ' ')
const state = () => place.querySelector<HTMLElement>('[data-testid=allocation]')?.dataset.state
const button = (name: string) => [...place.querySelectorAll('button')].find(({ textContent }) => textContent === name)
const click = (name: string) => act(async () => button(name)?.click())
async function choose(value: string) {
  const list = place.querySelector('select') as HTMLSelectElement
  await act(async () => {
    list.value = value
    list.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

test('the own allocation can be claimed alone, or with a transcoder for the stake', async () => {
  await show(claimingOf())
  expect(state()).toBe('open')
  expect(text()).toContain('Allocations can be claimed until 31 December 2026')
  expect(button('Claim and stake')?.disabled).toBe(true)
  await choose(transcoder)
  expect(text()).toContain('0x0000…0008: 700 LPT, keeps 10 % of rewards, shares 25 % of fees')
  await click('Claim and stake')
  expect(onAsk).toHaveBeenLastCalledWith({ kind: 'claim', allocation, to: transcoder })
  await click('Claim only')
  expect(onAsk).toHaveBeenLastCalledWith({ kind: 'claim', allocation, to: undefined })
})

test('an account that has a stake adds to this stake', async () => {
  await show(claimingOf({ position: { account, delegate: toHex(7, { size: 20 }), balance: 0n } }))
  expect(place.querySelector('select')).toBeNull()
  expect(text()).toContain('Your stake is with 0x0000…0007.')
  await click('Claim and stake')
  expect(onAsk).toHaveBeenLastCalledWith({ kind: 'claim', allocation, to: toHex(7, { size: 20 }) })
})

test('without a wallet, or with the wallet of another account, the allocation can only be claimed for the address', async () => {
  await show(claimingOf({ position: undefined }), { wallet: walletOf('disconnected') })
  await click('Connect a wallet')
  expect(onConnect).toHaveBeenCalledOnce()
  expect(button('Connect a wallet to claim')).toBeDefined()
  await act(async () => root?.unmount())
  await show(claimingOf({ position: { account: transcoder, delegate: undefined, balance: parseEther('9') } }))
  expect(button('Claim and stake')).toBeUndefined()
  await click('Claim for 0x0000…0009')
  expect(onAsk).toHaveBeenLastCalledWith({ kind: 'claim', allocation, to: undefined })
})

test.each([
  [parseEther('9000'), 'Stake 2,500 LPT', parseEther('2500')],
  [parseEther('40.5'), 'Stake 40.5 LPT', parseEther('40.5')],
])('a paid allocation can be staked, as far as the wallet holds it: %d', async (balance, name, amount) => {
  await show(claimingOf({ isClaimed: true, position: { account, delegate: transcoder, balance } }))
  expect([state(), button('Claim only')]).toEqual(['claimed', undefined])
  await click(name)
  expect(onAsk).toHaveBeenLastCalledWith({ kind: 'stake', amount, to: transcoder })
})

test('after the closing time, nothing can be claimed, and any account can return the unclaimed LPT', async () => {
  await show(claimingOf({ timeSeconds: 1_798_700_000n }))
  expect(state()).toBe('closed')
  expect(text()).toContain('Allocations could be claimed until 31 December 2026')
  expect([button('Claim only'), button('Claim and stake')]).toEqual([undefined, undefined])
  await click('Return it to the CommonPool')
  expect(onAsk).toHaveBeenLastCalledWith({ kind: 'returnUnclaimed' })
  await act(async () => root?.unmount())
  await show(claimingOf({ timeSeconds: 1_798_700_001n, unclaimed: 0n, isClaimed: true }))
  expect(state()).toBe('claimed')
  expect(text()).toContain('All LPT is claimed, or returned to the CommonPool.')
})

test('an account that is not in the list, a search and a failure look different', async () => {
  const none = { allocation: undefined, isAbsent: false, problem: undefined }
  await show(claimingOf({ isClaimed: undefined }), { found: { ...none, isAbsent: true } })
  expect([state(), text().includes('This address is not in the list.')]).toEqual(['absent', true])
  await act(async () => root?.unmount())
  await show(claimingOf({ isClaimed: undefined }), { found: none })
  expect([state(), text().includes('Looking in the list')]).toEqual(['loading', true])
  await act(async () => root?.unmount())
  const problem = { sentence: 'The list could not be loaded.', nextStep: 'Reload.' }
  await show(claimingOf({ isClaimed: undefined }), { found: { ...none, problem }, problem })
  expect(text()).toContain('The list could not be loaded.')
  expect(text()).not.toContain('Looking in the list')
  await act(async () => root?.unmount())
  await show(undefined)
  expect(text()).toContain('Reading the chain')
})

test('the reviews say who gets the LPT, until when, and what a stake can lose', () => {
  const claiming = claimingOf()
  const claim = reviewOf({ kind: 'claim', allocation, to: transcoder }, claiming)
  expect(claim.happens).toBe(
    '2,500 LPT goes to 0x0000…0009, and to no other account. After that, you review the stake.',
  )
  expect(claim.when).toContain('From 31 December 2026')
  const stake = reviewOf({ kind: 'stake', amount: allocation.amount, to: transcoder }, claiming)
  expect(stake.when).toContain('about 24 hours')
  expect(stake.risk.replaceAll('\u00a0', ' ')).toContain('at most 30 % of all stake of the transcoder')
  expect(reviewOf({ kind: 'returnUnclaimed' }, claiming).title).toBe('Return 10,000 LPT')
})
