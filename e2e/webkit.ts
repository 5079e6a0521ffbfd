import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { expect } from '@playwright/test'
import { type OtherPage, timeout } from './otherBrowsers'

/** A WebKit browser with a single window. A test controls this window. */
export type WebKitPage = OtherPage & {
  /** The version of WebKitGTK. */
  version: string
  goto(url: string): Promise<void>
  close(): Promise<void>
}

/** In an answer of WebDriver, an element is an object that has its id under this key. */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf'

/** Opens Debian's WebKitGTK in its small browser, MiniBrowser. `WebKitWebDriver` controls it by the WebDriver standard, https://www.w3.org/TR/webdriver2. */
export async function launchWebKit(): Promise<WebKitPage> {
  const screen = await startScreen()
  const driver = await startDriver(screen.name)
  const { sessionId, capabilities } = (await driver.ask('POST', '/session', {
    capabilities: { alwaysMatch: { timeouts: { script: timeout } } },
  })) as { sessionId: string; capabilities: { browserVersion: string } }
  const ask = (path: string, body: object) => driver.ask('POST', `/session/${sessionId}${path}`, body)
  const run = (kind: 'sync' | 'async', script: string) => ask(`/execute/${kind}`, { script, args: [] })
  return {
    version: capabilities.browserVersion,
    goto: async (url) => void (await ask('/url', { url })),
    evaluate: (expression) => run('sync', `return ${expression}`),
    waitForFunction: async (expression) => {
      const value = await run('async', untilTrueScript(expression))
      const id = (value as { [elementKey]?: string })[elementKey]
      return { asElement: () => (id ? { click: async () => void (await ask(`/element/${id}/click`, {})) } : null) }
    },
    close: async () => {
      await driver.ask('DELETE', `/session/${sessionId}`)
      await end(driver.process)
      await end(screen.process)
    },
  }
}

/** A script that ends with the value of the expression, as soon as this value is true. */
const untilTrueScript = (expression: string) => `
  const look = () => {
    const value = ${expression}
    if (value) arguments[0](value)
    else setTimeout(look, 100)
  }
  look()`

/** Starts an X server that draws into memory. A display of the machine is not used, because another window could cover WebKit there. */
async function startScreen(): Promise<{ process: ChildProcess; name: string }> {
  const process = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  await once(process, 'spawn')
  const [number] = await once(process.stdio[3] as Readable, 'data')
  return { process, name: `:${String(number).trim()}` }
}

/** Starts WebKitWebDriver, and waits until it answers. `ask` resolves to the value of an answer. */
async function startDriver(display: string) {
  const port = await freePort()
  const child = spawn('WebKitWebDriver', [`--port=${port}`], {
    // With this backend, WebKit uses the X server and not Wayland.
    env: { ...process.env, DISPLAY: display, GDK_BACKEND: 'x11' },
    stdio: 'ignore',
  })
  await once(child, 'spawn')
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    })
    const { value } = (await response.json()) as { value: { error?: string; message?: string } }
    if (!response.ok) throw new Error(`WebKitWebDriver: ${value.error}: ${value.message}`)
    return value
  }
  await expect(() => ask('GET', '/status')).toPass({ timeout })
  return { process: child, ask }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function end(process: ChildProcess): Promise<void> {
  process.kill()
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit')
}
