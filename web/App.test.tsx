// @vitest-environment happy-dom
import { createRoot } from 'react-dom/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import './substitutes'
import { App } from './App'

// Before the page's code: this browser forbids storage.
vi.hoisted(() => {
  for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        throw new DOMException('The document has no access to storage.', 'SecurityError')
      },
    })
})

const place = document.createElement('div')
const root = createRoot(place)
beforeAll(() => {
  document.body.append(place)
  // The DOM of this test has no Media Source Extensions. The player needs them only when a stream plays.
  vi.stubGlobal(
    'MediaSource',
    class extends EventTarget {
      static isTypeSupported = () => true
    },
  )
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Nothing answers this test.')
  })
})
afterAll(() => {
  root.unmount()
  vi.unstubAllGlobals()
})

const find = <Found extends HTMLElement>(selector: string) => place.querySelector<Found>(selector) as Found
const shows = (text: string) => expect.poll(() => place.textContent, { timeout: 20_000 }).toContain(text)
const forgets = 'This browser stores no data for this page. When you close the page, it forgets your choices'

test('in a browser that forbids storage, the start page and the watch page work, keep the choices of the person, and say that they forget them', async () => {
  root.render(<App />)
  await shows('Live video from a browser tab')
  await shows(forgets)
  find('header button').click()
  const { theme } = document.documentElement.dataset
  expect(theme).toMatch(/^(dark|light)$/)

  const input = find<HTMLInputElement>('form input')
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
  setValue?.call(input, `0x${'ab'.repeat(32)}`)
  input.dispatchEvent(new Event('input', { bubbles: true }))
  find('form button').click()
  await shows('The chain does not answer, so the stream cannot be found.')
  await shows(forgets)
  find('[data-testid=watch-sharing] [role=switch]').click()
  await expect.poll(() => find('[data-testid=watch-sharing]').dataset.uploads).toBe('false')
  expect(localStorage.getItem('lp.sharing')).toBe('{"uploads":false}')
  expect([localStorage.getItem('lp.theme'), document.documentElement.dataset.theme]).toEqual([theme, theme])
})
