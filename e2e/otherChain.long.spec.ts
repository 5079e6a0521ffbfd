import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import {
  decodeFunctionResult,
  encodeEventTopics,
  encodeFunctionData,
  type Hex,
  padHex,
  parseAbi,
  parseEther,
  toHex,
} from 'viem'
import { startOtherChain } from '../contracts/testbeds/otherChain'
import { openViewer, watch } from './audience'
import { mineBlocks, rpc } from './chain'
import { expect, test } from './fixtures'
import { command, type Network } from './network'
import { expectWatch, goLive, openBroadcast, settled, stop } from './pages'
import { serveFolder } from './serveFolder'
import { installWallet } from './wallet'

const abi = parseAbi([
  'struct Parameters { uint256 verificationRate; uint256 verificationPeriodBlocks; uint256 slashingPeriodBlocks; uint256 failedVerificationSlashAmount; uint256 missedVerificationSlashAmount; uint256 equivocationSlashAmount; uint256 verificationFailureThreshold; uint256 verificationWindow; uint256 minSelfStake; }',
  'function parameters() view returns (Parameters)',
  'function setParameters(Parameters values)',
  'function transfer(address to, uint256 amount) returns (bool)',
  'event FeesDistributed(bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 fees)',
])

const password = 'a password for the test'
/** The round length of the mainnet preset. */
const roundBlocks = 7_200

/** What the test has started. A test that fails must not leave processes, because they use the CPU of the next test. */
const started: (() => unknown)[] = []
test.afterEach(async () => {
  for (const end of started.splice(0).reverse()) await end()
})

/** The address of a server that accepts connections and never answers, and the address of a server that has ended. */
async function deadRpcs(): Promise<string[]> {
  const servers = [createServer(), createServer()]
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const [silent, ended] = servers
  await new Promise((resolve) => ended?.close(resolve))
  const sockets = new Set<{ destroy(): void }>()
  silent?.on('connection', (socket) => sockets.add(socket))
  started.push(() => {
    silent?.close()
    for (const socket of sockets) socket.destroy()
  })
  return urls
}

const relayCommand = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  command(process.execPath, ['relay/bin/lp-relay.js', ...args], { LP_PASSWORD: password, LP_LOG: 'warn', ...env })

/** Starts a role of lp-relay, and resolves to its address when it is ready. */
async function startRole(args: readonly string[]): Promise<{ url: string; output(): Promise<string> }> {
  const { child, lines } = relayCommand(args)
  const end = async () => {
    if (child.exitCode === null) child.kill()
    return (await lines.exit).output
  }
  started.push(end)
  return { url: (await lines.match(/^ready (\S+)/m))[1] as string, output: end }
}

/** Makes a keystore, and returns its file and its address. */
async function makeKey(folder: string, name: string): Promise<{ file: string; address: Hex }> {
  const file = join(folder, `${name}.json`)
  const { output } = await relayCommand(['key', '--keystore', file]).lines.exit
  return { file, address: /0x[\da-fA-F]{40}/.exec(output)?.[0] as Hex }
}

const expectNoAlert = (page: Page) => expect(page.getByRole('alert')).toHaveCount(0)

/** During the stream, a slow machine can also cause an alert that is not about the chain. */
const expectNoAlertOfChain = (page: Page) =>
  expect(page.getByRole('alert').filter({ hasText: /chain|RPC|contract/i })).toHaveCount(0)

test('on another chain with the parameters of the mainnet, the main job runs from the deployment to the fees, and nobody sees an error of the dead RPCs', async ({
  browser,
}) => {
  test.setTimeout(1_800_000)
  const folder = mkdtempSync(join(tmpdir(), 'lp-other-'))
  started.push(() => rmSync(folder, { recursive: true, force: true }))
  const chain = await startOtherChain()
  started.push(chain.stop)
  const network = { chainUrl: chain.rpcUrl } as Network
  const dead = await deadRpcs()
  const [deployer, transcoder, verifier] = await Promise.all(
    ['deployer', 'transcoder', 'verifier'].map((name) => makeKey(folder, name)),
  )
  if (!deployer || !transcoder || !verifier) return expect(deployer).toBeDefined()
  for (const { address } of [deployer, transcoder, verifier])
    await rpc(network, 'anvil_setBalance', address, toHex(parseEther('100')))

  const settings = join(folder, 'lp.json')
  const contracts = await test.step('npm run deploy deploys from nothing', async () => {
    const key = ['--keystore', deployer.file, '--verifier', verifier.address, '--genesis', 'contracts/genesis/local']
    const run = ['--preset', 'mainnet', '--rpc', chain.rpcUrl, ...key, '--out', folder, '--yes']
    const { lines } = command('npm', ['run', '--silent', 'deploy', '--', ...run], { LP_PASSWORD: password })
    const { code, output } = await lines.exit
    expect(output).toContain('Deployed on chain 31338, and read back:')
    expect(output).not.toContain(password)
    expect(code).toBe(0)
    const written = JSON.parse(readFileSync(join(folder, '31338.json'), 'utf8'))
    writeFileSync(settings, JSON.stringify({ ...written, rpcUrl: [...dead, chain.rpcUrl] }))
    return written.contracts as Record<string, Hex>
  })

  const send = async (from: Hex, to: Hex | undefined, data: Hex) => {
    await rpc(network, 'anvil_impersonateAccount', from)
    await rpc(network, 'eth_sendTransaction', { from, to, data })
    await rpc(network, 'anvil_stopImpersonatingAccount', from)
  }
  // The genesis gives almost all LPT to account 0 of the test mnemonic.
  const holder = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  for (const [{ address }, lpt] of [
    [transcoder, '1000'],
    [verifier, '10000'],
  ] as const)
    await send(
      holder,
      contracts.livepeerToken,
      encodeFunctionData({ abi, functionName: 'transfer', args: [address, parseEther(lpt)] }),
    )
  // One in 500 segments is checked, and the stream has about ten. The owner of the contracts lets the verifier check each one.
  await rpc(network, 'anvil_setBalance', contracts.timelock, toHex(parseEther('1')))
  const ask = { to: contracts.claimsManager, data: encodeFunctionData({ abi, functionName: 'parameters' }) }
  const data = (await rpc(network, 'eth_call', ask, 'latest')) as Hex
  const values = { ...decodeFunctionResult({ abi, functionName: 'parameters', data }), verificationRate: 1n }
  await send(
    contracts.timelock as Hex,
    contracts.claimsManager,
    encodeFunctionData({ abi, functionName: 'setParameters', args: [values] }),
  )
  // A block has 12 s, and comes each second.
  await rpc(network, 'evm_setIntervalMining', 1)

  const place = ['--network', settings, '--host', '127.0.0.1', '--port', '0']
  const relay = await startRole([
    ...['start', ...place, '--keystore', transcoder.file, '--data', join(folder, 'relay'), '--allow-http'],
    ...['--stake', '1000', '--price', '100', '--relay-price', '0'],
  ])
  const checker = await startRole(['verify', ...place, '--keystore', verifier.file])
  await test.step('a day passes, and the transcoder is active', async () => {
    for (let mined = 0; mined < roundBlocks; mined += 300) await mineBlocks(network, 300)
    const stateOf = async () => {
      const { seat } = (await (await fetch(`${relay.url}/status`)).json()) as { seat?: { state: string } }
      return seat?.state
    }
    await expect.poll(stateOf).toBe('active')
  })

  const { url: page, close } = await serveFolder('/', JSON.parse(readFileSync(settings, 'utf8')))
  started.push(close)
  const site = page.replace(/\/$/, '')
  const [account] = (await rpc(network, 'eth_accounts')) as [Hex]
  const context = await browser.newContext()
  const opened = await context.newPage()
  await installWallet(opened, { address: account, answer: 'send', rpcUrl: chain.rpcUrl })
  for (const name of ['stake', 'economy', 'govern'])
    await test.step(`the page ${name} shows no error`, async () => {
      await opened.goto(`${site}/#/${name}`)
      await expect(opened.getByText('Reading the chain')).toHaveCount(0)
      await expect(opened.getByRole('heading', { level: 1 })).toBeVisible()
      if (name === 'stake') await expect(opened.getByTestId('transcoder')).toHaveCount(1)
      await expectNoAlert(opened)
    })

  const broadcaster = await openBroadcast(context, site, { opened })
  await expectNoAlert(broadcaster)
  const link = await goLive(broadcaster)
  await test.step('a viewer watches the stream', async () => {
    const viewer = await openViewer(browser, link)
    await watch(viewer, 4)
    await expectWatch(viewer, 'live')
    await expectNoAlertOfChain(viewer)
    await expectNoAlertOfChain(broadcaster)
    await viewer.context().close()
  })
  await test.step('the work is claimed, verified and paid', async () => {
    await stop(broadcaster)
    const { feesWei, refundedWei } = await settled(broadcaster)
    expect(feesWei).toBeGreaterThan(0n)
    expect(refundedWei).toBe(0n)
    await expectNoAlertOfChain(broadcaster)
    const topics = [encodeEventTopics({ abi, eventName: 'FeesDistributed' })[0], null, null, padHex(transcoder.address)]
    const logs = (await rpc(network, 'eth_getLogs', {
      address: contracts.claimsManager,
      topics,
      fromBlock: '0x0',
    })) as {
      data: Hex
    }[]
    expect(logs.reduce((sum, { data }) => sum + BigInt(data), 0n)).toBe(feesWei)
    const { verifier: checks } = (await (await fetch(`${checker.url}/status`)).json()) as {
      verifier: { verdicts: Record<string, number> }
    }
    expect(Object.entries(checks.verdicts).filter(([, count]) => count > 0)).toEqual([['Valid', expect.any(Number)]])
  })
  const warnings = await relay.output()
  expect(warnings).toContain('an RPC does not work')
  expect(warnings).not.toMatch(/"level":[56]0/)
})
