// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { parseEther } from 'viem'
import { afterEach, expect, it, vi } from 'vitest'
import { TopUpForm } from './TopUpForm'
import type { TopUpFormProps } from './useTopUpForm'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
document.body.append(place)
const root = createRoot(place)
const onAmount = vi.fn()
/** Twenty seconds of this stream cost 0.002 ETH. */
const costs = { suggestedWei: parseEther('0.36'), depositWei: 0n, balanceWei: parseEther('1'), onAmount }

async function enter(text: string, props: Partial<TopUpFormProps> = {}): Promise<string | null | undefined> {
  await act(async () => root.render(<TopUpForm {...costs} {...props} />))
  const input = place.querySelector('input') as HTMLInputElement
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text)
    input.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await act(async () => place.querySelector('button')?.click())
  return place.querySelector('[role=alert]')?.textContent
}

afterEach(async () => {
  await act(async () => root.render(null))
  vi.clearAllMocks()
})

it('refuses an amount with which the deposit does not pay for twenty seconds, and names the least amount', async () => {
  expect(await enter('0.0019')).toMatch(/^Put in at least 0\.002 ETH\./)
  expect(onAmount).not.toHaveBeenCalled()
  expect(await enter('0.002')).toBeUndefined()
  expect(onAmount).toHaveBeenCalledWith(parseEther('0.002'))
})

it('counts the money that is in the deposit already', async () => {
  expect(await enter('0.0001', { depositWei: parseEther('0.0015') })).toMatch(/^Put in at least 0\.0005 ETH\./)
  expect(await enter('0.0005', { depositWei: parseEther('0.0015') })).toBeUndefined()
})

it('refuses more than the wallet holds', async () => {
  expect(await enter('2')).toBe('Your wallet holds only 1 ETH.')
})

it('takes every amount for a free stream', async () => {
  expect(await enter('0.000001', { suggestedWei: 0n })).toBeUndefined()
  expect(onAmount).toHaveBeenCalledWith(parseEther('0.000001'))
})
