// @vitest-environment happy-dom

import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DepositLeft, type DepositLeftProps } from './DepositLeft'
import type { TopUp } from './useTopUp'

const hourWei = 3n * 10n ** 16n
let unmount = () => {}
afterEach(() => unmount())

function show(figures: Partial<DepositLeftProps['figures']>, topUp: Partial<TopUp> = {}) {
  const place = document.createElement('div')
  const root = createRoot(place)
  const onAdd = vi.fn()
  const control = { isBusy: false, problem: undefined, blocked: undefined, onAdd, ...topUp }
  const all = { leftMs: undefined, hourWei, isUsedUp: false, ...figures }
  flushSync(() => root.render(<DepositLeft figures={all} topUp={control} />))
  unmount = () => root.unmount()
  const alerts = [...place.querySelectorAll('[role=alert]')].map(({ textContent }) => textContent)
  return { text: place.textContent ?? '', alerts, button: place.querySelector('button'), onAdd }
}

const minutes = (count: number) => ({ leftMs: count * 60_000 })

describe('DepositLeft', () => {
  it('always shows how long the deposit lasts, and adds an hour with one click', () => {
    const { text, alerts, button, onAdd } = show(minutes(61))
    expect(text).toContain('Deposit lasts1:01:00')
    expect(text).toContain('0.03 ETH for an hour more')
    expect(alerts).toEqual([])
    button?.click()
    expect(onAdd).toHaveBeenCalledOnce()
  })

  it('warns below 10 minutes, and again below 2 minutes', () => {
    expect(show(minutes(10)).alerts).toEqual([])
    expect(show(minutes(9.9)).alerts).toEqual([expect.stringContaining('less than 10 minutes.Press “Add an hour”.')])
    expect(show(minutes(2)).alerts).toEqual([expect.stringContaining('less than 10 minutes')])
    expect(show(minutes(1.9)).alerts).toEqual([expect.stringContaining('less than 2 minutes.Press “Add an hour” now.')])
  })

  it('shows no button for a job whose deposit is used up, and shows “without limit” if the price is 0', () => {
    const usedUp = show({ ...minutes(60), isUsedUp: true })
    expect([usedUp.button, usedUp.alerts]).toEqual([null, []])
    expect(usedUp.text).toContain('Deposit lasts0:00')
    const free = show({ leftMs: Number.POSITIVE_INFINITY, hourWei: 0n })
    expect(free.text).toBe('Deposit lastswithout limit')
  })

  it('says that it has not read the chain yet, why the wallet cannot pay, and why a transaction has failed', () => {
    expect(show({}).text).toContain('reading the chain')
    const problem = { sentence: 'Declined.', nextStep: 'Try again.' }
    const blocked = { sentence: 'Another account pays.', nextStep: 'Choose it.' }
    expect(show(minutes(30), { problem }).alerts).toEqual(['Declined.Try again.'])
    const other = show(minutes(30), { blocked })
    expect(other.text).toContain('Another account pays.')
    expect(other.button?.disabled).toBe(true)
  })
})
