// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { IconButton } from './IconButton'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.body.appendChild(document.createElement('div'))
const root = createRoot(place)
const button = () => place.querySelector('button') as HTMLButtonElement
const text = () => place.querySelector('[popover]')?.textContent
const point = (type: string, pointerType = 'mouse') =>
  act(async () => {
    button().dispatchEvent(new PointerEvent(type, { pointerType, bubbles: true }))
    vi.advanceTimersByTime(400)
  })

afterEach(async () => {
  await act(async () => root.render(null))
  vi.useRealTimers()
})

describe('the name of a control that has only an icon', () => {
  it('is shown while the pointer is on the control, and not after a click, Escape or a tap', async () => {
    vi.useFakeTimers()
    await act(async () => root.render(<IconButton label="Fullscreen">⛶</IconButton>))
    expect(text()).toBeUndefined()
    await point('pointerover')
    expect(text()).toBe('Fullscreen')
    await point('pointerdown')
    expect(text()).toBeUndefined()
    await point('pointerout')
    await point('pointerover')
    expect(text()).toBe('Fullscreen')
    await act(async () => button().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })))
    expect(text()).toBeUndefined()
    await point('pointerout')
    await point('pointerover', 'touch')
    expect(text()).toBeUndefined()
  })
})
