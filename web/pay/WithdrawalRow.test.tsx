// @vitest-environment happy-dom
import type { ChequebookAccount } from 'lp-relay'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'
import type { WithdrawalControl } from './useWithdrawal'
import { WithdrawalRow } from './WithdrawalRow'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const nowMs = 1_800_000_000_000
const account: ChequebookAccount = {
  ...{ deposit: 500n, withdrawal: 0n, withdrawableAt: 0n, bouncedAt: 0n, withdrawalDelay: 86_400n },
  key: { cap: 0n, spent: 0n, expiry: 0n },
}
const place = document.createElement('div')
document.body.append(place)
const root = createRoot(place)
const control = { isBusy: false, problem: undefined, onAnnounce: vi.fn(), onCancel: vi.fn(), onWithdraw: vi.fn() }
const show = (change: Partial<ChequebookAccount>, more: Partial<WithdrawalControl> = {}) =>
  act(async () =>
    root.render(<WithdrawalRow account={{ ...account, ...change }} control={{ ...control, ...more }} nowMs={nowMs} />),
  )
const press = (name: string) => {
  const button = [...place.querySelectorAll('button')].find(({ textContent }) => textContent === name)
  return act(async () => button?.click())
}
const state = () => place.querySelector<HTMLElement>('[data-testid=withdrawal]')?.dataset.state

afterEach(async () => {
  await act(async () => root.render(null))
  vi.clearAllMocks()
})

it('an empty deposit has no withdrawal', async () => {
  await show({ deposit: 0n })
  expect(place.textContent).toBe('')
})

it('a withdrawal is announced first, and can be cancelled', async () => {
  await show({})
  expect(place.textContent).toContain('A withdrawal takes 24 hours')
  await press('Announce a withdrawal')
  expect(control.onAnnounce).toHaveBeenCalledOnce()
  await show({ withdrawal: 500n, withdrawableAt: BigInt(nowMs / 1_000 + 60) })
  expect(state()).toBe('announced')
  expect(place.textContent).not.toContain('Withdraw to wallet')
  await press('Cancel the withdrawal')
  expect(control.onCancel).toHaveBeenCalledOnce()
})

it('after the delay, the deposit goes to the wallet', async () => {
  await show({ withdrawal: 500n, withdrawableAt: BigInt(nowMs / 1_000 - 1) })
  expect(state()).toBe('due')
  await press('Withdraw to wallet')
  expect(control.onWithdraw).toHaveBeenCalledOnce()
})

it('shows why a transaction failed', async () => {
  await show({}, { problem: { sentence: 'It failed.', nextStep: 'Try again.' } })
  expect(place.querySelector('[role=alert]')?.textContent).toContain('It failed.')
})
