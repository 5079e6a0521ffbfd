// @vitest-environment happy-dom
import { act, type RefObject } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'
import { useCast } from './useCast'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
const root = createRoot(place)
afterEach(() => act(async () => root.render(null)))

function Button({ video }: { video: RefObject<HTMLVideoElement | null> }) {
  const cast = useCast(video)
  return cast && <button type="button" onClick={cast} />
}

const show = async (remote: object | undefined) => {
  const current = { remote } as unknown as HTMLVideoElement
  await act(async () => root.render(<Button video={{ current }} />))
  return () => place.querySelector('button')
}

it('offers to cast while the browser has a device for the video', async () => {
  let tell = (_: boolean) => {}
  const remote = {
    watchAvailability: async (callback: typeof tell) => {
      tell = callback
      return 7
    },
    cancelWatchAvailability: vi.fn(async () => undefined),
    prompt: vi.fn(async () => {
      throw new DOMException('The person has closed the list.', 'NotAllowedError')
    }),
  }
  const button = await show(remote)
  expect(button()).toBeNull()
  await act(async () => tell(true))
  await act(async () => button()?.click())
  expect(remote.prompt).toHaveBeenCalledOnce()
  await act(async () => tell(false))
  expect(button()).toBeNull()
  await act(async () => root.render(null))
  expect(remote.cancelWatchAvailability).toHaveBeenCalledWith(7)
})

it('offers nothing in a browser without remote playback, and in one that refuses to look for devices', async () => {
  expect((await show(undefined))()).toBeNull()
  const refuse = async () => {
    throw new DOMException('This video cannot be played elsewhere.', 'NotSupportedError')
  }
  expect((await show({ watchAvailability: refuse }))()).toBeNull()
})
