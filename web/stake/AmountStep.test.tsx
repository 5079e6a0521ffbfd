// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { parseEther } from 'viem'
import { expect, test, vi } from 'vitest'
import { AmountStep } from './AmountStep'
import type { Position } from './Position'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

/** Opens the form to unstake a part of `stake`. */
async function open(stake: bigint) {
  const onAmount = vi.fn()
  const container = document.createElement('div')
  const position = { stake, balance: 0n } as Position
  await act(async () =>
    createRoot(container).render(
      <AmountStep draft={{ kind: 'draftUnbond' }} position={position} onAmount={onAmount} />,
    ),
  )
  const input = container.querySelector('input') as HTMLInputElement
  const enter = async (text: string) => {
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
    await act(async () => {
      set?.call(input, text)
      input.dispatchEvent(new Event('input', { bubbles: true }))
    })
    await act(async () => container.querySelector('form')?.requestSubmit())
  }
  return { onAmount, input, enter, hint: () => container.querySelector('p')?.textContent }
}

test('the form does not read 1,000 as 1: it asks which number the person means, keeps the text, and reads the answer', async () => {
  const { onAmount, input, enter, hint } = await open(parseEther('5000'))
  await enter('1,000')
  expect(hint()).toBe('Do you mean 1000 or 1? Enter one of these two numbers.')
  expect(input.value).toBe('1,000')
  expect(onAmount).not.toHaveBeenCalled()
  await enter('1000')
  expect(onAmount).toHaveBeenCalledExactlyOnceWith(parseEther('1000'))
})

test('a stake of 250 LPT that the contract has rounded down is shown as 250 LPT, and a person who enters 250 unstakes all of it', async () => {
  const stake = parseEther('250') - 1n
  const { onAmount, enter, hint } = await open(stake)
  expect(hint()).toBe('Your stake is 250 LPT.')
  await enter('250')
  expect(onAmount).toHaveBeenCalledExactlyOnceWith(stake)
})

test('the form accepts only an amount of LPT that the person has', async () => {
  const { onAmount, enter, hint } = await open(parseEther('1234.5'))
  await enter('1,234.5 ETH')
  expect(hint()).toBe('Enter an amount above zero, such as 12.5.')
  await enter('1,234.6 LPT')
  expect(hint()).toBe('You have only 1,234.5 LPT.')
  await enter('1,234.5 LPT')
  expect(onAmount).toHaveBeenCalledExactlyOnceWith(parseEther('1234.5'))
})
