import type { Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestPages, type TestPages } from '../../testbeds/openTestPages'
import type { Driver } from '../../testbeds/storePage'

let pages: TestPages
beforeAll(async () => {
  pages = await openTestPages('storePage.html')
})
afterAll(() => pages?.close())

const call = <Name extends keyof Driver>(page: Page, name: Name, ...input: Parameters<Driver[Name]>) =>
  page.evaluate(`driver.${name}(...${JSON.stringify(input)})`) as Promise<Awaited<ReturnType<Driver[Name]>>>

async function reload(page: Page): Promise<void> {
  await page.reload()
  await page.waitForFunction('globalThis.driver')
}

async function openTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage()
  await tab.goto(page.url())
  await tab.waitForFunction('globalThis.driver')
  return tab
}

describe('the store of live broadcasts', () => {
  test('keeps a broadcast and its key over a reload; the key is encrypted under a key that no script can read', async () => {
    const page = await pages.open()
    const address = await call(page, 'add', 1)
    await reload(page)
    expect(await call(page, 'keyOf', 1)).toBe(address)
    expect(await call(page, 'lookAtKey', 1)).toEqual({ isExtractable: false, fields: ['aes', 'iv', 'sealed'] })
  })

  test('keeps the next sequence number over a reload, and does not store a deleted broadcast again', async () => {
    const page = await pages.open()
    await call(page, 'add', 1)
    await call(page, 'add', 2)
    expect(await call(page, 'reserve', 2, 17)).toBe(true)
    await reload(page)
    expect(await call(page, 'numbers')).toEqual([0, 17])
    await call(page, 'remove', 2)
    expect(await call(page, 'reserve', 2, 18)).toBe(false)
    expect(await call(page, 'numbers')).toEqual([0])
  })

  test('leaves out a broadcast that another version of the page has stored', async () => {
    const page = await pages.open()
    await call(page, 'add', 1)
    await call(page, 'addForeign')
    expect(await call(page, 'numbers')).toEqual([0])
  })
})

describe('a browser admits one tab at a time', () => {
  test('other tabs see its job, until this tab gives up or closes', async () => {
    const first = await pages.open()
    const second = await openTab(first)
    expect(await call(second, 'live')).toEqual({ isBusy: false, jobs: [] })
    expect(await call(first, 'admit', 5)).toBe('admitted')
    expect(await call(second, 'admit', 6)).toBe('busy')
    expect(await call(second, 'live')).toEqual({ isBusy: true, jobs: [5] })
    await call(first, 'release')
    expect(await call(second, 'admit', 6)).toBe('admitted')
    await second.close()
    await expect.poll(() => call(first, 'live')).toEqual({ isBusy: false, jobs: [] })
  })
})
