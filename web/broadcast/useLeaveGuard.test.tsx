// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Link, Router } from 'wouter'
import { LeaveDialog } from '../ui/LeaveDialog'
import { useGuardedLocation } from '../ui/leaving'
import type { BroadcastState } from './BroadcastState'
import { useLeaveGuard } from './useLeaveGuard'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const session = { stop: vi.fn(async () => undefined), cancel: vi.fn() }
const problem = { sentence: '', nextStep: '' }
const states = {
  starting: { name: 'starting', step: 'wallet' },
  live: { name: 'live', figures: {} },
  failed: { name: 'failed', problem },
} as unknown as Record<'starting' | 'live' | 'failed', BroadcastState>

function Page({ state }: { state: BroadcastState }) {
  useLeaveGuard(session, state)
  return <Link href="/">Home</Link>
}

const place = document.createElement('div')
const root = createRoot(place)
const show = (name: keyof typeof states) =>
  act(async () => {
    root.render(
      <Router hook={useGuardedLocation}>
        <Page state={states[name]} />
        <LeaveDialog />
      </Router>,
    )
  })
const click = (name: string) =>
  act(async () => {
    const found = [...document.querySelectorAll<HTMLElement>('a, button')].find((node) => node.textContent === name)
    expect(found).toBeDefined()
    found?.click()
  })
/** The browser closes or reloads the tab. Returns whether it asks the person first. */
function unload(): boolean {
  const event = new Event('beforeunload', { cancelable: true })
  dispatchEvent(event)
  dispatchEvent(new Event('pagehide'))
  return event.defaultPrevented
}

beforeAll(() => document.body.append(place))
afterAll(() => act(async () => root.unmount()))
beforeEach(async () => {
  vi.clearAllMocks()
  await act(async () => root.render(null))
  location.hash = '#/broadcast'
})

test('the page asks before the tab of a live stream is closed or reloaded; closing the tab does not end the stream', async () => {
  await show('live')
  expect(unload()).toBe(true)
  expect(session.stop).not.toHaveBeenCalled()
  await show('failed')
  expect(unload()).toBe(false)
})

test('after a click on a link while the stream is live, the page asks first, and stops the stream before it opens the link', async () => {
  await show('live')
  await click('Home')
  expect(document.querySelector('[role=alertdialog]')?.textContent).toContain('the stream ends for all viewers')
  expect(session.stop).not.toHaveBeenCalled()
  await click('Stop and leave')
  expect(session.stop).toHaveBeenCalledOnce()
  expect(location.hash).toBe('#/')
})

test('after a click on a link while the stream starts, the page asks first, and then cancels the start', async () => {
  await show('starting')
  await click('Home')
  await click('Cancel and leave')
  expect(session.cancel).toHaveBeenCalledOnce()
  expect(location.hash).toBe('#/')
})

test('after a click on a link when the stream has failed, the page does not ask', async () => {
  await show('live')
  await show('failed')
  await click('Home')
  expect(location.hash).toBe('#/')
})
