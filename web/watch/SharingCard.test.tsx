// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'
import { SharingCard } from './SharingCard'
import { type SharingChoice, sharingOf } from './SharingChoice'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
const root = createRoot(place)
const onChange = vi.fn()
const show = (choice: SharingChoice, isMetered = false) =>
  act(async () => root.render(<SharingCard sharing={sharingOf(choice, isMetered)} onChange={onChange} />))
const press = (name: string) => {
  const label = [...place.querySelectorAll('label')].find(({ textContent }) => textContent === name)
  return act(async () => document.getElementById(label?.htmlFor ?? '')?.click())
}

document.body.append(place)
afterEach(async () => {
  await act(async () => root.render(null))
  onChange.mockClear()
})

it('the switches report what the viewer has chosen', async () => {
  await show({})
  await press('Don’t upload')
  expect(onChange).toHaveBeenLastCalledWith({ uploads: false })
  await press('Don’t connect to other viewers')
  expect(onChange).toHaveBeenLastCalledWith({ connects: false })
  await show({ uploads: false, connects: false })
  await press('Don’t connect to other viewers')
  expect(onChange).toHaveBeenLastCalledWith({ connects: true })
})

it('the card says what other viewers can see', async () => {
  await show({})
  expect(place.textContent).toContain('can see your network address (IP address)')
})

it('on a metered network, the card says why the page does not upload, and the viewer can allow uploads', async () => {
  await show({}, true)
  expect(place.querySelector('summary')?.textContent).toContain('No upload, to save data')
  expect(place.querySelector('[data-testid=metered]')?.textContent).toContain('mobile network')
  await press('Don’t upload')
  expect(onChange).toHaveBeenLastCalledWith({ uploads: true })
  await show({ uploads: true }, true)
  expect(place.querySelector('[data-testid=metered]')?.textContent).toContain('may cost you money')
})

it('the card has no sentence about the network if the network is not metered', async () => {
  await show({ uploads: false })
  expect(place.querySelector('[data-testid=metered]')).toBeNull()
  expect(place.querySelector('summary')?.textContent).toContain('No upload')
})
