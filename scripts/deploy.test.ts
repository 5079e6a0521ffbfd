import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { otherChainId, startOtherChain } from '../contracts/testbeds/otherChain'
import * as Keystore from '../relay/src/node/Keystore'
import deploy from './deploy'

const password = 'a password of the deployer'
const verifier = ['--verifier', `0x${'ab'.repeat(20)}`]
const genesis = ['--genesis', 'contracts/genesis/local']
let folder: string
let keystore: string[]
let other: Awaited<ReturnType<typeof startOtherChain>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lp-deploy-'))
  const [file, passwordFile] = [join(folder, 'keystore.json'), join(folder, 'password')]
  writeFileSync(passwordFile, `${password}\n`)
  const { address } = await Keystore.create({ file, password })
  keystore = ['--keystore', file, '--password-file', passwordFile]
  other = await startOtherChain()
  await other.test.setBalance({ address, value: parseEther('10') })
  vi.spyOn(process, 'stdin', 'get').mockReturnValue({ isTTY: false } as typeof process.stdin)
})
afterAll(async () => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
  await other.stop()
})

/** Runs the command. Returns its error and all that it has printed. */
async function run(...args: string[]): Promise<{ error: string; printed: string }> {
  let printed = ''
  const print = (text: unknown) => {
    printed += `${text}\n`
  }
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(print),
    vi.spyOn(console, 'error').mockImplementation(print),
  ]
  const error = await deploy(args).then(
    () => '',
    (failure: Error) => failure.message,
  )
  for (const spy of spies) spy.mockRestore()
  return { error, printed }
}

describe('npm run deploy', () => {
  test('names the missing or wrong option in a sentence', async () => {
    const of = async (...args: string[]) => (await run(...args)).error
    expect(await of()).toMatch(/^Name the chain with --network \(local, sepolia, arbitrum-sepolia, arbitrum-one\)\./)
    expect(await of('--network', 'sepolia', '--preset', 'mainnet')).toMatch(/^Name the chain with --network/)
    expect(await of('--network', 'main')).toMatch(/^There is no network "main"\. Choose one of: local, sepolia/)
    expect(await of('--preset', 'main', '--rpc', other.rpcUrl)).toMatch(/^There is no preset "main"\./)
    expect(await of('--network', 'sepolia')).toBe('Name the RPC of the chain, an http or https address: --rpc <url>.')
    const sepolia = ['--network', 'sepolia', '--rpc', other.rpcUrl]
    expect(await of(...sepolia)).toBe('Name the account that reports the verdicts: --verifier <address>.')
    expect(await of(...sepolia, ...verifier)).toMatch(/^Name the folder with schedule\.json and claims\.csv/)
    const rest = [...verifier, ...genesis]
    expect(await of(...sepolia, ...rest)).toMatch(/^Name the encrypted key of the account that deploys: --keystore/)
    expect(await of(...sepolia, ...rest, ...keystore)).toMatch(/^The RPC belongs to chain 31338, but --network names/)
    expect(await of('--chain', 'x')).toMatch(/^Unknown option '--chain'\. Write: npm run deploy -- --network/)
  })

  test('refuses the Arbitrum networks before it reads a key', async () => {
    for (const name of ['arbitrum-one', 'arbitrum-sepolia'])
      expect((await run('--network', name)).error).toMatch(
        /^lp cannot be deployed on Arbitrum \w+: its block hashes are no safe randomness, .*as in --network sepolia\.$/,
      )
  })

  const secrets = [password, 'another secret password', 'key-of-the-rpc']
  const optionsWith = (rpcUrl: string) => {
    const rpc = `${rpcUrl}/?key=key-of-the-rpc`
    return ['--preset', 'mainnet', '--rpc', rpc, ...verifier, ...genesis, ...keystore, '--out', folder]
  }
  const expectNoSecret = ({ error, printed }: { error: string; printed: string }) => {
    for (const secret of secrets) expect(error + printed).not.toContain(secret)
  }

  test('shows the cost, and sends nothing without an answer or --yes', async () => {
    const asked = await run(...optionsWith(other.rpcUrl))
    expect(asked.error).toMatch(
      /^Send \d+ transactions of 0x\w{40} to chain 31338\? Nobody can answer here\. .* add --yes/,
    )
    expect(asked.printed).toMatch(/^total +\d+ +0\.\d+$/m)
    expectNoSecret(asked)
  })

  test('with --yes, deploys and writes the addresses', async () => {
    const done = await run(...optionsWith(other.rpcUrl), '--yes')
    expect(done.error).toBe('')
    expect(done.printed).toContain(`Deployed on chain ${otherChainId}, and read back: ${folder}/${otherChainId}.ts`)
    expect(JSON.parse(readFileSync(`${folder}/${otherChainId}.json`, 'utf8'))).toMatchObject({ chainId: otherChainId })
    expectNoSecret(done)
  })

  test('prints neither the password nor the key of the RPC in an error', async () => {
    const away = await run(...optionsWith('http://127.0.0.1:9'))
    expect(away.error).toMatch(/does not answer/)
    expectNoSecret(away)
    const wanted = optionsWith(other.rpcUrl)
    writeFileSync(join(folder, 'wrong'), 'another secret password')
    const locked = await run(...wanted.with(wanted.indexOf('--password-file') + 1, join(folder, 'wrong')))
    expect(locked.error).toMatch(/cannot be decrypted with this password/)
    expectNoSecret(locked)
  })
})
