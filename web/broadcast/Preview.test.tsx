// @vitest-environment happy-dom
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { usualProcessing } from './capture/devices'
import { Preview } from './Preview'
import type { Source } from './Source'

let root: ReturnType<typeof createRoot>
let place: HTMLElement
beforeEach(() => {
  vi.stubGlobal('AudioContext', undefined)
  localStorage.clear()
  place = document.createElement('div')
  root = createRoot(place)
})
afterEach(() => {
  root.unmount()
  vi.unstubAllGlobals()
})

const handlers = ['onKind', 'onCamera', 'onMicrophone', 'onProcessing', 'onCameraOn', 'onMicrophoneOn', 'onOpen']
const source = {
  ...{ kind: 'camera', cameras: [], cameraId: undefined, microphones: [], microphoneId: undefined },
  ...{ processing: usualProcessing, cameraOn: true, microphoneOn: false, opening: false },
  stream: new MediaStream(),
  ...Object.fromEntries(handlers.map((name) => [name, () => undefined])),
} as unknown as Source

const render = (shown: Source) => flushSync(() => root.render(<Preview source={shown} badge={null} />))
const isMirrored = () => place.querySelector('video')?.classList.contains('-scale-x-100')

it('mirrors the preview of a camera, until the person turns this off; the browser remembers it', () => {
  render(source)
  const button = place.querySelector<HTMLButtonElement>('[aria-label="Mirror the preview"]')
  expect([isMirrored(), button?.getAttribute('aria-pressed')]).toEqual([true, 'true'])
  flushSync(() => button?.click())
  expect([isMirrored(), button?.getAttribute('aria-pressed')]).toEqual([false, 'false'])
  root.unmount()
  root = createRoot(place)
  render(source)
  expect(isMirrored()).toBe(false)
})

it('never mirrors a screen', () => {
  render({ ...source, kind: 'screen' })
  expect(isMirrored()).toBe(false)
  expect(place.querySelector('[aria-label="Mirror the preview"]')).toBeNull()
})
