import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privateKeyToAddress } from 'viem/accounts'
import { expect, test } from './fixtures'
import { type Exit, isAlive, lpRelay, runStart, startNetwork } from './network'
import { expectBroadcast, expectProblem, turnOnCamera } from './pages'

const someKey = `0x${'1'.repeat(64)}` as const
const someAddress = privateKeyToAddress(someKey)
/** No server listens at this URL. */
const unusedUrl = 'http://127.0.0.1:9'

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
      `Port ${port} is in use. Free it, or choose another: npm start -- --port ${port + 1}`,
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

  test('starts with a relay: Ctrl-C stops all processes', async () => {
    const network = await startNetwork()
    await network.stop()
    for (const id of [network.chainProcess, network.relayProcess]) expect(isAlive(id)).toBe(false)
  })
})

test.describe('lp-relay', () => {
  let data: string
  test.beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'lp-e2e-'))
  })
  test.afterAll(() => rm(data, { recursive: true }))

  test('says that the chain does not answer, and does not print the key in the URL of the chain', async () => {
    expectSentence(
      await lpRelay(['--rpc', `${unusedUrl}/v3/key-of-the-operator`, '--data', data], { LP_PRIVATE_KEY: someKey }),
      `The chain at ${new URL(unusedUrl).host} does not answer. Check --rpc, and check that the node of the chain runs.`,
    )
  })

  test('says how to write LP_LOG', async () => {
    expectSentence(
      await lpRelay([], { LP_LOG: 'loud' }),
      'The log does not understand "loud". Write a level (debug, info, warn, silent) or a room and its level, as in mesh:debug.',
    )
  })

  test('says how to make a keystore', async () => {
    const keystore = join(data, 'none.json')
    expectSentence(
      await lpRelay(['--keystore', keystore]),
      `There is no keystore at ${keystore}. Create one with: lp-relay key --keystore ${keystore}`,
    )
  })

  test('says that the password is wrong', async () => {
    const keystore = join(data, 'keystore.json')
    const made = await lpRelay(['key', '--keystore', keystore], { LP_PASSWORD: 'right' })
    expect(made.code).toBe(0)
    expectSentence(
      await lpRelay(['--keystore', keystore], { LP_PASSWORD: 'wrong' }),
      `The keystore ${keystore} cannot be decrypted with this password. Check the file and the password.`,
    )
    expectSentence(
      await lpRelay(['--keystore', keystore]),
      'The keystore needs its password. Set LP_PASSWORD, or name a file with --password-file.',
    )
  })

  test('says that the web page is not a relay; after an unknown command, says how to see the known commands', async ({
    network,
  }) => {
    expectSentence(
      await lpRelay(['status', '--url', network.url]),
      `The server at ${network.url} is not a relay. Check --url: the web page has another address.`,
    )
    const { code, output } = await lpRelay(['relay'])
    expect(code).toBe(1)
    expect(output).toContain('Run lp-relay --help to see all commands.')
  })

  test('says how much stake is missing', async ({ network }) => {
    const options = ['--rpc', network.chainUrl, '--data', join(data, 'poor'), '--port', '0', '--stake', '100']
    expectSentence(
      await lpRelay(options, { LP_PRIVATE_KEY: someKey }),
      `The stake needs 100 LPT more, and the account ${someAddress} holds 0 LPT. Send LPT to ${someAddress}, or lower --stake.`,
    )
  })

  test('says that its port is in use', async ({ network }) => {
    const { port, free } = await takePort()
    const options = ['--rpc', network.chainUrl, '--data', join(data, 'busy'), '--port', `${port}`]
    expectSentence(
      await lpRelay(options, { LP_PRIVATE_KEY: someKey }),
      `Port ${port} is in use: stop the other program, or choose another port with --port.`,
    )
    free()
  })
})
