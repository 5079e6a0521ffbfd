// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MeshPicture } from './MeshPicture'
import type { Totals } from './Traffic'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
const root = createRoot(place)
beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(async () => {
  await act(async () => root.render(null))
  vi.useRealTimers()
})

const widths = () =>
  [...place.querySelectorAll('path[marker-end]')].map((line) => Number(line.getAttribute('stroke-width')))

it('the picture shows the traffic of the last seconds as lines, which are wider for more bytes, and in words', async () => {
  let neighbours: Totals['neighbours'] = [1, 2, 3].map((id) => {
    return { id: `0x0${id}`, isRelay: false, bytesFrom: 0, bytesTo: 0 }
  })
  let bytesFromRelays = 0
  const read = () => ({ bytesFromRelays, neighbours })
  await act(async () => root.render(<MeshPicture read={read} />))
  const picture = () => place.querySelector('svg[role=img]')
  expect(picture()?.getAttribute('aria-label')).toMatch(/^Connected to 3 viewers. Now you receive nothing/)
  expect(widths()).toEqual([])

  bytesFromRelays = 25_000
  neighbours = neighbours.map((each, index) => ({
    ...each,
    bytesFrom: index * 125_000,
    bytesTo: index === 2 ? 250_000 : 0,
  }))
  await act(async () => void vi.advanceTimersByTime(1_000))
  expect(picture()?.getAttribute('aria-label')).toBe(
    'Connected to 3 viewers. Now you receive 200 kbit/s from relays and 3.0 Mbit/s from 2 viewers, and send 2.0 Mbit/s to 1 viewer.',
  )
  const [fromRelays = 0, second = 0, toThird = 0, third = 0] = widths()
  expect(widths()).toHaveLength(4)
  expect(fromRelays).toBeLessThan(second)
  expect(second).toBeLessThan(third)
  expect(third).toBe(toThird)

  await act(async () => void vi.advanceTimersByTime(6_000))
  expect(widths()).toEqual([])
})
