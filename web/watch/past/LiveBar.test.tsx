// @vitest-environment happy-dom
import { act, createRef } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LiveBar } from './LiveBar'
import type { Timeline } from './Timeline'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
document.body.append(place)
const root = createRoot(place)
const video = createRef<HTMLVideoElement>()
const timeline: Timeline = { oldestMs: 1_000_000, newestMs: 1_600_000, shownMs: 1_598_000, isBehind: false }
const past = { read: (): Timeline | undefined => ({ ...timeline }), seek: vi.fn() }
const bar = () => place.querySelector('input') as HTMLInputElement
const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)))
const drag = (seconds: number) =>
  act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(bar(), `${seconds}`)
    bar().dispatchEvent(new Event('input', { bubbles: true }))
  })

beforeEach(async () => {
  vi.useFakeTimers()
  Object.assign(timeline, { newestMs: 1_600_000, shownMs: 1_598_000, isBehind: false })
  await act(async () => root.render(<LiveBar past={past} video={video} />))
})
afterEach(async () => {
  await act(async () => root.render(null))
  past.seek.mockClear()
  vi.useRealTimers()
})

it('is at its end while the picture is live, and shows how far the picture is behind', async () => {
  expect([bar().max, bar().value, bar().getAttribute('aria-valuetext')]).toEqual(['600', '600', 'Live'])
  expect(place.textContent).toBe('Live')
  Object.assign(timeline, { newestMs: 1_620_000, shownMs: 1_495_000, isBehind: true })
  await pass(1_000)
  expect([bar().max, bar().value, bar().getAttribute('aria-valuetext')]).toEqual(['620', '495', '2:05 behind live'])
  expect(place.textContent).toBe('−2:05')
})

it('seeks once, when the person has stopped moving the slider', async () => {
  for (const seconds of [500, 400, 300]) {
    await drag(seconds)
    await pass(100)
  }
  expect(past.seek).not.toHaveBeenCalled()
  expect(bar().getAttribute('aria-valuetext')).toBe('5:00 behind live')
  await pass(300)
  expect(past.seek.mock.calls).toEqual([[1_300_000]])
})
