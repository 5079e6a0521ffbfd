// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'
import { useWakeLock } from './useWakeLock'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

/** Replaces the wake lock of the browser. `locks` is the number of locks that the page holds. */
function screenOf({ refuses = false } = {}) {
  let locks = 0
  const request = async () => {
    if (refuses) throw new DOMException('The battery is low.', 'NotAllowedError')
    locks++
    return { release: async () => void locks-- }
  }
  vi.stubGlobal('navigator', { wakeLock: { request } })
  return {
    get locks() {
      return locks
    },
    /** Releases all locks, as the browser does when the page is hidden. */
    hide() {
      locks = 0
    },
  }
}

function Page({ isOn }: { isOn: boolean }) {
  useWakeLock(isOn)
  return null
}

const root = createRoot(document.createElement('div'))
const show = (isOn: boolean) => act(async () => root.render(<Page isOn={isOn} />))

afterEach(async () => {
  await show(false)
  vi.unstubAllGlobals()
})

it('the page keeps the screen on only while `isOn` is true', async () => {
  const screen = screenOf()
  await show(false)
  expect(screen.locks).toBe(0)
  await show(true)
  expect(screen.locks).toBe(1)
  await show(false)
  expect(screen.locks).toBe(0)
})

it('the page asks for a new wake lock when it is visible again', async () => {
  const screen = screenOf()
  await show(true)
  screen.hide()
  await act(async () => void document.dispatchEvent(new Event('visibilitychange')))
  expect(screen.locks).toBe(1)
})

it('the page works without a wake lock if the browser refuses it', async () => {
  const screen = screenOf({ refuses: true })
  await show(true)
  expect(screen.locks).toBe(0)
})
