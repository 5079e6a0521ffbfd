// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import type { Assumptions } from './Yield'
import { YieldCard } from './YieldCard'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const present: Assumptions = { inflation: 0.000_4, participation: 0.5, rewardCut: 0.1, calls: 1, roundsPerYear: 365.25 }

test('a person sees the assumptions of the yield and changes them; a field that the person has not changed follows the chain', async () => {
  const place = document.createElement('div')
  const root = createRoot(place)
  const show = (assumptions: Assumptions) => act(async () => root.render(<YieldCard present={assumptions} />))
  await show(present)
  const inputs = [...place.querySelectorAll('input')]
  const texts = () => inputs.map(({ value }) => value)
  const year = () => place.querySelector('[data-testid=yield-year]')?.textContent
  const type = async (index: number, text: string) => {
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
    await act(async () => {
      set?.call(inputs[index], text)
      inputs[index]?.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }
  expect(texts()).toEqual(['0.04', '50', '10', '30'])
  expect(year()).toBe('30.1\u00a0%')

  await type(2, '100')
  expect(year()).toBe('0\u00a0%')
  await show({ ...present, rewardCut: 0.2, participation: 0.25 })
  expect(texts()).toEqual(['0.04', '25', '100', '30'])

  await type(2, '101')
  expect(year()).toBe('–')
  expect(place.textContent).toContain('Enter a number from 0 to 100.')
  await type(2, '12,5')
  expect(year()).not.toBe('–')

  await act(async () => place.querySelector('button')?.click())
  expect(texts()).toEqual(['0.04', '25', '20', '30'])
  await act(async () => root.unmount())
})
