// @vitest-environment happy-dom
import { Tooltip } from 'radix-ui'
import { act, createRef } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Player, type PlayerProps } from './Player'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
document.body.append(place)
const root = createRoot(place)
const videoRef = createRef<HTMLVideoElement>()
const goToLive = vi.fn()

const show = (change: Partial<PlayerProps> = {}) =>
  act(async () => {
    root.render(
      <Tooltip.Provider>
        <Player
          {...{ state: { name: 'live' }, levels: undefined, isUnverified: false, latencyMs: 2_100, timeShift: 'none' }}
          {...{ onRetry: () => undefined, onGoToLive: goToLive, onPlayRecording: undefined, videoRef }}
          {...change}
        />
      </Tooltip.Provider>,
    )
  })
const video = () => videoRef.current as HTMLVideoElement
const badge = () => place.querySelector('[aria-label$="jump to live"]') as HTMLElement
const controls = () => place.querySelector<HTMLElement>('[data-shown]')?.dataset.shown
const click = (pointerType: string) =>
  act(async () => {
    video().dispatchEvent(new PointerEvent('pointerdown', { pointerType, bubbles: true }))
    video().click()
  })

beforeEach(async () => {
  await show()
  await act(() => video().play())
})
afterEach(async () => {
  await act(async () => root.render(null))
  goToLive.mockClear()
  vi.useRealTimers()
})

describe('the badge', () => {
  it('tells live, behind live and paused apart, and its name begins with the visible text', async () => {
    expect(badge().textContent).toBe('Live2.1 s')
    expect(badge().getAttribute('aria-label')).toBe('Live 2.1 s, jump to live')
    await show({ latencyMs: 13_000, timeShift: 'behind' })
    expect(badge().getAttribute('aria-label')).toBe('Behind live 13.0 s, jump to live')
    await act(async () => video().pause())
    expect(badge().textContent).toBe('Paused')
    expect(badge().getAttribute('aria-label')).toBe('Paused, jump to live')
    await act(async () => badge().click())
    expect(goToLive).toHaveBeenCalledOnce()
  })

  it('has a notice beside it after a jump', async () => {
    expect(place.querySelector('[role=status]')).toBeNull()
    await show({ timeShift: 'jumped' })
    expect(place.querySelector('[role=status]')?.textContent).toBe('The paused part no longer exists. This is live.')
  })
})

describe('a touch screen', () => {
  it('shows the controls at the first tap, pauses at the second, and hides the controls after some seconds', async () => {
    vi.useFakeTimers()
    expect(controls()).toBe('false')
    await click('touch')
    expect([controls(), video().paused]).toEqual(['true', false])
    await click('touch')
    expect(video().paused).toBe(true)
    await click('touch')
    expect(video().paused).toBe(false)
    await act(async () => vi.runAllTimers())
    expect(controls()).toBe('false')
    await click('touch')
    expect(video().paused).toBe(false)
  })

  it('does not change what the mouse does', async () => {
    await click('mouse')
    expect(video().paused).toBe(true)
  })
})
