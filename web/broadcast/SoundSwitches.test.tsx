// @vitest-environment happy-dom
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'
import { usualProcessing } from './capture/devices'
import { SoundSwitches } from './SoundSwitches'

let unmount = () => {}
afterEach(() => unmount())

it('shows which functions are on, and turns each of them on or off', () => {
  const place = document.createElement('div')
  const root = createRoot(place)
  unmount = () => root.unmount()
  const onProcessing = vi.fn()
  const processing = { ...usualProcessing, noiseSuppression: false }
  const source = { kind: 'camera', stream: undefined, processing, onProcessing } as const
  flushSync(() => root.render(<SoundSwitches source={source} />))
  const switches = [...place.querySelectorAll<HTMLButtonElement>('[role=switch]')]
  expect(switches.map((each) => each.getAttribute('aria-checked'))).toEqual(['true', 'false', 'true'])
  switches[1]?.click()
  expect(onProcessing).toHaveBeenLastCalledWith({ noiseSuppression: true })
  switches[0]?.click()
  expect(onProcessing).toHaveBeenLastCalledWith({ echoCancellation: false })
})
