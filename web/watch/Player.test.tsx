// @vitest-environment happy-dom
import { act, createRef } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { Player, type PlayerProps } from './Player'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
const elsewhere = document.createElement('div')
elsewhere.innerHTML = '<button type="button">Share</button><input />'
document.body.append(place, elsewhere)
const root = createRoot(place)
const videoRef = createRef<HTMLVideoElement>()
const goToLive = vi.fn()

const show = (change: Partial<PlayerProps> = {}) =>
  act(async () => {
    root.render(
      <Player
        {...{ state: { name: 'live' }, levels: undefined, isUnverified: false, latencyMs: 2_100, timeShift: 'none' }}
        {...{ onRetry: () => undefined, onGoToLive: goToLive, onPlayRecording: undefined, videoRef, past: undefined }}
        {...change}
      />,
    )
  })
const video = () => videoRef.current as HTMLVideoElement
const badge = () =>
  [...place.querySelectorAll('button')].find(({ textContent }) => textContent?.endsWith('jump to live')) as HTMLElement
const controls = () => place.querySelector<HTMLElement>('[data-shown]')?.dataset.shown
const click = (pointerType: string) =>
  act(async () => {
    video().dispatchEvent(new PointerEvent('pointerdown', { pointerType, bubbles: true }))
    video().click()
  })
const press = (key: string, target: Element = document.body) =>
  act(async () => {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  })
async function openKeys(): Promise<HTMLElement> {
  await press('?')
  return vi.waitFor(() => {
    const dialog = document.querySelector<HTMLElement>('[role=dialog]')
    if (!dialog) throw new Error('The list is not open yet.')
    return dialog
  })
}

// The page loads the code of the list when a person opens it. Here, it is loaded before.
beforeAll(() => import('./KeysDialog'))
beforeEach(async () => {
  await show()
  await act(() => video().play())
})
afterEach(async () => {
  await act(async () => root.render(null))
  goToLive.mockClear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  Reflect.deleteProperty(navigator, 'mediaSession')
})

describe('the badge', () => {
  it('tells live, behind live and paused apart, and its name is its text', async () => {
    expect(badge().textContent).toBe('Live 2.1 s, jump to live')
    await show({ latencyMs: 13_000, timeShift: 'behind' })
    expect(badge().textContent).toBe('Behind live 13.0 s, jump to live')
    await act(async () => video().pause())
    expect(badge().textContent).toBe('Paused, jump to live')
    await act(async () => badge().click())
    expect(goToLive).toHaveBeenCalledOnce()
  })

  it('has a menu of the qualities beside it', async () => {
    const level = { id: 'source', height: 360, isSource: true }
    const onChoose = vi.fn()
    await show({ levels: { available: [level], chosen: 'auto', playing: 'source', onChoose } })
    const menu = place.querySelector('select') as HTMLSelectElement
    expect([...menu.options].map(({ text }) => text)).toEqual(['Auto 360p', '360p source'])
    await act(async () => {
      menu.value = 'source'
      menu.dispatchEvent(new Event('change', { bubbles: true }))
    })
    expect(onChoose.mock.calls).toEqual([['source']])
  })

  it('has a notice beside it after a jump', async () => {
    expect(place.querySelector('[role=status]')).toBeNull()
    await show({ timeShift: 'jumped' })
    expect(place.querySelector('[role=status]')?.textContent).toBe('The paused part no longer exists. This is live.')
  })
})

describe('the title and the poster of a stream', () => {
  it('are those that the broadcaster has chosen', async () => {
    expect([video().getAttribute('aria-label'), video().getAttribute('poster')]).toEqual(['Live stream', null])
    await show({ cover: { title: 'Trains at Olten', posterUrl: 'data:image/jpeg;base64,AAAA' } })
    expect(video().getAttribute('aria-label')).toBe('Trains at Olten')
    expect(video().getAttribute('poster')).toBe('data:image/jpeg;base64,AAAA')
  })
})

describe('a stream whose past can be played', () => {
  const timeline = { oldestMs: 1_000_000, newestMs: 1_600_000, shownMs: 1_500_000, isBehind: true }
  const past = { read: () => timeline, seek: vi.fn() }
  const jump = () => [...place.querySelectorAll('button')].find(({ textContent }) => textContent === 'Jump to live')

  it('has a bar, and a button to the live edge while the picture is behind', async () => {
    expect(place.querySelector('[data-testid=live-bar]')).toBeNull()
    await show({ past })
    expect(place.querySelector('[data-testid=live-bar]')?.getAttribute('aria-valuetext')).toBe('1:40 behind live')
    expect(jump()).toBeUndefined()
    await show({ past, timeShift: 'behind', latencyMs: 100_000 })
    expect(badge().textContent).toBe('Behind live 1:40, jump to live')
    await act(async () => jump()?.click())
    expect(goToLive).toHaveBeenCalledOnce()
  })

  it('moves by five seconds with the arrows, and lists these keys', async () => {
    await show({ past })
    await press('ArrowLeft')
    await press('ArrowRight')
    expect(past.seek.mock.calls).toEqual([[1_495_000], [1_505_000]])
    const dialog = await openKeys()
    expect(dialog.textContent).toContain('5 seconds')
    await act(async () => dialog.querySelector<HTMLElement>('[aria-label=Close]')?.click())
  })
})

describe('a stream that the viewer does not pay', () => {
  it('names the place of the price: below the picture, or behind a link if the player is in a foreign page', async () => {
    await show({ state: { name: 'locked' } })
    const status = () => place.querySelector('[role=status]')?.textContent
    expect(status()).toBe('This stream is paid.Its price, and the button to pay, are below the picture.')
    const fullPage = 'https://other.example/#/watch/1'
    await show({ state: { name: 'unpaid' }, fullPage })
    expect(status()).toContain('No relay sends you this stream free of charge now.')
    expect(place.querySelector('[role=status] a')?.getAttribute('href')).toBe(fullPage)
  })
})

describe('a touch screen', () => {
  it('shows the controls at the first tap, pauses the video at the second tap, and hides the controls after some seconds', async () => {
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

describe('the keys', () => {
  it('work also while the focus is outside the player', async () => {
    const [button] = elsewhere.children as unknown as [Element]
    await press('m')
    expect(video().muted).toBe(true)
    await press('M', button)
    expect(video().muted).toBe(false)
    await press('k', button)
    expect(video().paused).toBe(true)
    await press(' ')
    expect(video().paused).toBe(false)
    const frame = place.querySelector('section') as HTMLElement
    const requestFullscreen = vi.fn(async () => undefined)
    Object.assign(frame, { requestFullscreen })
    Object.defineProperty(document, 'fullscreenEnabled', { value: true, configurable: true })
    await press('f')
    expect(requestFullscreen).toHaveBeenCalledOnce()
  })

  it('do nothing in an input, and leave the space bar to buttons', async () => {
    const [button, input] = elsewhere.children as unknown as [Element, Element]
    await press(' ', button)
    await press('k', input)
    await press('m', input)
    expect([video().paused, video().muted]).toEqual([false, false])
    await act(async () => {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'm', ctrlKey: true, bubbles: true }))
    })
    expect(video().muted).toBe(false)
  })

  it('change the volume only while the player has the focus, because the arrows scroll the page elsewhere', async () => {
    await press('ArrowDown')
    expect(video().volume).toBe(1)
    await press('ArrowDown', video())
    expect(video().volume).toBe(0.9)
    await press('ArrowUp', video())
    await press('ArrowUp', video())
    expect(video().volume).toBe(1)
  })

  it('move the picture of a recording', async () => {
    await press('ArrowRight')
    expect(video().currentTime).toBe(0)
    await show({ state: { name: 'recording', isWaiting: false } })
    await press('ArrowRight')
    expect(video().currentTime).toBe(5)
    await press('ArrowLeft')
    expect(video().currentTime).toBe(0)
  })

  it('are listed after “?”, and do nothing while the focus is in the list', async () => {
    const dialog = await openKeys()
    expect(dialog.textContent).toContain('MSound off or on')
    expect(dialog.textContent).not.toContain('5 seconds')
    await press('m', dialog)
    expect(video().muted).toBe(false)
    await act(async () => dialog.querySelector<HTMLElement>('[aria-label=Close]')?.click())
    expect(document.querySelector('[role=dialog]')).toBeNull()
  })
})

describe('the media session', () => {
  it('has a title while a stream is on, and its actions play and pause the video', async () => {
    const handlers = new Map<string, (() => void) | null>()
    const session = {
      metadata: null as { title: string } | null,
      playbackState: 'none',
      setActionHandler: (name: string, handler: (() => void) | null) => void handlers.set(name, handler),
    }
    Object.defineProperty(navigator, 'mediaSession', { value: session, configurable: true })
    vi.stubGlobal(
      'MediaMetadata',
      class {
        constructor(fields: object) {
          Object.assign(this, fields)
        }
      },
    )
    await show({ state: { name: 'ended' } })
    await show()
    expect(session).toMatchObject({ metadata: { title: 'Live stream' }, playbackState: 'playing' })
    await act(async () => handlers.get('pause')?.())
    expect([video().paused, session.playbackState]).toEqual([true, 'paused'])
    await act(async () => handlers.get('play')?.())
    expect([video().paused, session.playbackState]).toEqual([false, 'playing'])
    await show({ state: { name: 'ended' } })
    expect(session).toMatchObject({ metadata: null, playbackState: 'none' })
    expect([...handlers.values()]).toEqual([null, null])
  })
})
