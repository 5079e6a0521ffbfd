// @vitest-environment happy-dom
import { act, createRef, type RefObject } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WatchStats } from './WatchStats'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
document.body.append(place)
const root = createRoot(place)
const quality = { totalVideoFrames: 100, droppedVideoFrames: 4 }
const videoRef = createRef() as RefObject<HTMLVideoElement | null>
const figures = { ...{ bytesFromPeers: 0, bytesFromRelays: 0, bytesToPeers: 0, peers: 0 }, latencyMs: 2_100, stalls: 0 }
const stats = () => place.querySelector('details') as HTMLDetailsElement
const open = (isOpen: boolean) =>
  act(async () => {
    stats().open = isOpen
    stats().dispatchEvent(new Event('toggle'))
  })
const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)))
const value = (name: string) =>
  [...place.querySelectorAll('dt')].find(({ textContent }) => textContent === name)?.nextElementSibling?.textContent

beforeEach(async () => {
  vi.useFakeTimers()
  videoRef.current = {
    ...{ videoWidth: 640, videoHeight: 360, currentTime: 10, playbackRate: 1 },
    buffered: { length: 1, start: () => 0, end: () => 12.9 },
    getVideoPlaybackQuality: () => quality,
  } as unknown as HTMLVideoElement
  await act(async () =>
    root.render(<WatchStats {...{ figures, videoRef, readTotals: undefined, segmentToCheck: undefined }} />),
  )
})
afterEach(async () => {
  await act(async () => root.render(null))
  vi.useRealTimers()
})

it('the statistics show size, pictures per second, dropped pictures and buffer once a second, while they are open', async () => {
  expect(stats().dataset.picture).toBeUndefined()
  await open(true)
  expect([value('Picture'), value('Pictures per second'), value('Dropped pictures'), value('Buffer')]).toEqual([
    ...['640 × 360', '–', '4', '2.9 s'],
  ])
  Object.assign(quality, { totalVideoFrames: 131, droppedVideoFrames: 5 })
  await pass(1_000)
  expect(stats().dataset).toMatchObject({ picture: '640x360', fps: '30', dropped: '5', bufferMs: '2900' })
  const read = vi.spyOn(videoRef.current as HTMLVideoElement, 'getVideoPlaybackQuality')
  await open(false)
  await pass(5_000)
  expect(read).not.toHaveBeenCalled()
})
