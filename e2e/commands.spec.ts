import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, test } from './fixtures'
import { type Exit, isAlive, runStart, startNetwork } from './network'
import { expectBroadcast, expectProblem, turnOnCamera } from './pages'

const expectSentence = (exit: Exit, sentence: string) =>
  expect({ ...exit, output: exit.output.trim() }).toEqual({ code: 1, output: sentence })

/** Listens on a port until `free` is called. */
async function takePort() {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, listening))
  return { port: (server.address() as AddressInfo).port, free: () => server.close() }
}

test.describe('npm start', () => {
  test('says that its port is in use, and starts no process', async () => {
    const { port, free } = await takePort()
    expectSentence(
      await runStart('--port', `${port}`),
      `Port ${port} is in use. End the program that uses it, or choose another port: npm start -- --port ${port + 1}`,
    )
    free()
  })

  test('says which numbers are valid ports', async () => {
    expectSentence(await runStart('--port', 'eighty'), '--port must be a port number from 0 to 65535, not "eighty".')
  })

  test('starts without a relay: the page says that no transcoder is available, and Ctrl-C stops all processes', async ({
    page,
  }) => {
    const network = await startNetwork('--no-relay')
    await page.goto(`${network.url}/#/broadcast`)
    await turnOnCamera(page)
    await expectProblem(page, ['No transcoder is available right now.', 'check that lp-relay is running.'])
    await expectBroadcast(page, 'failed')
    await network.stop()
    expect(isAlive(network.chainProcess)).toBe(false)
  })
})
