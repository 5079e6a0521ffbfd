// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it, vi } from 'vitest'
import { Select } from './Select'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

it('a menu shows its placeholder until a value is chosen, and is off without options', async () => {
  const place = document.body.appendChild(document.createElement('div'))
  const root = createRoot(place)
  const onChange = vi.fn()
  const show = (value: string | undefined, options = [{ value: 'a', label: 'Camera A' }]) =>
    act(async () =>
      root.render(<Select {...{ label: 'Camera', placeholder: 'No camera yet', options, value, onChange }} />),
    )
  const menu = () => place.querySelector('select') as HTMLSelectElement
  await show(undefined)
  expect([...menu().options].map(({ text }) => text)).toEqual(['No camera yet', 'Camera A'])
  await act(async () => {
    menu().value = 'a'
    menu().dispatchEvent(new Event('change', { bubbles: true }))
  })
  expect(onChange.mock.calls).toEqual([['a']])
  await show('a')
  expect([...menu().options].map(({ text }) => text)).toEqual(['Camera A'])
  await show(undefined, [])
  expect(menu().disabled).toBe(true)
})
