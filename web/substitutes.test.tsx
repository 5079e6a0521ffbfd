// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'

/** Opens a page in a browser that stores the text `old`, and that can store no more texts with more than `space` characters. */
async function open({ space }: { space: number }) {
  class SmallStorage {
    [key: string]: unknown
    getItem(key: string) {
      return Object.hasOwn(this, key) ? this[key] : null
    }
    setItem(key: string, text: string) {
      if (text.length > space) throw new DOMException('No space is left.', 'QuotaExceededError')
      this[key] = text
    }
    removeItem(key: string) {
      delete this[key]
    }
  }
  vi.stubGlobal('Storage', SmallStorage)
  vi.stubGlobal('sessionStorage', new SmallStorage())
  vi.stubGlobal('localStorage', Object.assign(new SmallStorage(), { known: 'old' }))
  vi.resetModules()
  await import('./substitutes')
}

const isStored = () => localStorage instanceof Storage

afterEach(() => vi.unstubAllGlobals())

test('if no space is left when the page opens, the page reads what is stored, and keeps new texts until it is closed', async () => {
  await open({ space: 0 })
  expect(isStored()).toBe(false)
  localStorage.setItem('lp.broadcasts', 'a broadcast')
  expect([localStorage.getItem('known'), localStorage.getItem('lp.broadcasts')]).toEqual(['old', 'a broadcast'])
})

test('if the space ends later, no text is lost until the page is closed, and the page learns that it forgets', async () => {
  await open({ space: 10 })
  localStorage.setItem('lp.theme', 'dark')
  expect(isStored()).toBe(true)
  const changed = new Promise((resolve) => addEventListener('storage', resolve, { once: true }))
  localStorage.setItem('lp.broadcasts', 'a broadcast')
  await changed
  expect(isStored()).toBe(false)
  expect(['known', 'lp.theme', 'lp.broadcasts'].map((key) => localStorage.getItem(key))).toEqual([
    ...['old', 'dark', 'a broadcast'],
  ])
})
