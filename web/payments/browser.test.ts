import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestPages, type TestPages } from '../testbeds/openTestPages'
import type { Driver } from '../testbeds/paymentsPage'

let pages: TestPages
beforeAll(async () => {
  pages = await openTestPages('paymentsPage.html')
})
afterAll(() => pages?.close())

const call = <Name extends keyof Driver>(page: Page, name: Name, ...input: Parameters<Driver[Name]>) =>
  page.evaluate(`driver.${name}(...${JSON.stringify(input)})`) as Promise<Awaited<ReturnType<Driver[Name]>>>

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(pages.url)
  await page.waitForFunction('globalThis.driver')
  return page
}

describe('the store of payments', () => {
  test('keeps the session key and its cheques over a reload, and each store has its own', {
    timeout: 60_000,
  }, async () => {
    const page = await pages.open()
    const address = await call(page, 'open', 'one')
    expect(await call(page, 'pay', 100)).toBe(100)
    await page.reload()
    await page.waitForFunction('globalThis.driver')
    expect(await call(page, 'open', 'one')).toBe(address)
    expect([await call(page, 'promised'), await call(page, 'pay', 50)]).toEqual([100, 150])
    expect(await call(page, 'open', 'other')).not.toBe(address)
    expect(await call(page, 'pay', 7)).toBe(7)
  })

  test('has the session key only in encrypted form, and deletes it only with its cheques', {
    timeout: 60_000,
  }, async () => {
    const page = await pages.open()
    const address = await call(page, 'open', 'one')
    expect(await call(page, 'lookAtKey')).toEqual({ isExtractable: false, fields: ['aes', 'iv', 'sealed'] })
    await call(page, 'pay', 100)
    await call(page, 'clear')
    expect(await call(page, 'open', 'one')).not.toBe(address)
    expect(await call(page, 'promised')).toBe(0)
  })

  test('gives two tabs that open it at the same time one session key', { timeout: 60_000 }, async () => {
    const first = await pages.open()
    const second = await openTab(first.context())
    const addresses = await Promise.all([first, second].map((page) => call(page, 'open', 'one')))
    expect(addresses[0]).toBe(addresses[1])
  })

  test('belongs to one tab, until this tab gives it up or closes', { timeout: 60_000 }, async () => {
    const first = await pages.open()
    const [second, third] = [await openTab(first.context()), await openTab(first.context())]
    expect(await call(first, 'lock', 'one')).toBe('held')
    expect(await call(second, 'lock', 'one')).toBe('waits')
    expect(await call(third, 'lock', 'other')).toBe('held')
    await call(first, 'release')
    await second.waitForFunction(`document.title === 'held'`)
    expect(await call(first, 'lock', 'one')).toBe('waits')
    await second.close()
    await first.waitForFunction(`document.title === 'held'`)
  })

  test('loses no cheque when the browser is killed', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lp-payments-'))
    const launch = () =>
      chromium.launchPersistentContext(folder, {
        executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      })
    let written = 0
    let address: string | undefined
    for (let kills = 0; kills < 2; kills++) {
      const context = await launch()
      const page = await openTab(context)
      const opened = await call(page, 'open', 'one')
      expect(opened).toBe(address ?? opened)
      address = opened
      expect(await call(page, 'promised')).toBe(written)
      for (let cheque = 0; cheque < 5; cheque++) written = await call(page, 'pay', 10)
      const isClosed = new Promise((resolve) => context.once('close', resolve))
      process.kill(browserOf(folder), 'SIGKILL')
      await isClosed
    }
    const context = await launch()
    const page = await openTab(context)
    expect(await call(page, 'open', 'one')).toBe(address)
    expect([await call(page, 'promised'), await call(page, 'pay', 1)]).toEqual([100, 101])
    await context.close()
    await rm(folder, { recursive: true, force: true })
  })
})

/** The process of the browser with this profile. Its other processes have a `--type`. */
function browserOf(folder: string): number {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  const line = lines.find((line) => line.includes(`--user-data-dir=${folder}`) && !line.includes('--type='))
  return Number(line?.trim().split(' ')[0])
}
