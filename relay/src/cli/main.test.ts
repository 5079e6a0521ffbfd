import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localKey } from '@lp/contracts/script/deploy'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildRelay, createRelayProcess, runRelay } from '../../testbeds/relayProcess'
import { startRpc } from '../../testbeds/scriptedRpc'
import { type Chain, startChain } from '../../testbeds/startNode'

const key = generatePrivateKey()
const address = privateKeyToAddress(key)
/** No server listens at this port. */
const noRpc = 'http://127.0.0.1:9'

let chain: Chain
let folder: string
/** A command whose RPC does not answer. The command waits while other tests run. */
let waiting: ReturnType<typeof waitForSilentRpc>
beforeAll(async () => {
  buildRelay()
  waiting = waitForSilentRpc()
  chain = await startChain()
  folder = await mkdtemp(join(tmpdir(), 'lp-cli-'))
})
afterAll(async () => {
  await chain.stop()
  await rm(folder, { recursive: true })
})

const start = (args: readonly string[], env: Record<string, string> = { LP_PRIVATE_KEY: key }) =>
  runRelay(['start', '--host', '127.0.0.1', '--port', '0', '--data', join(folder, 'data'), ...args], env)

async function waitForSilentRpc() {
  const rpc = await startRpc(() => 'none')
  const startedMs = Date.now()
  const { code, output } = await runRelay(['withdraw', '--rpc', `${rpc.url}/v3/secret-of-the-operator`], {
    ...{ LP_PRIVATE_KEY: localKey(3), LP_LOG: 'warn' },
  })
  await rpc.stop()
  return { code, output, host: new URL(rpc.url).host, seconds: (Date.now() - startedMs) / 1_000 }
}

const sentence = (text: string) => ({ code: 1, output: text })

describe('an error that the operator can correct says in one line what the operator can do', () => {
  it('names the commands after an unknown command', async () => {
    for (const args of [
      ['stauts', '--url', 'x'],
      ['--rpc', noRpc, 'stauts'],
    ])
      expect(await runRelay(args)).toEqual(
        sentence(
          'lp-relay has no command "stauts": its commands are start, relay, verify, key, status, doctor, init, ffmpeg, unbond, withdraw, deposit, withdraw-deposit, resign. Run lp-relay --help to see all commands.',
        ),
      )
  })

  it('says that a command must stand before its options', async () => {
    expect(await runRelay(['--rpc', noRpc, 'withdraw'])).toEqual(
      sentence(
        'The command "withdraw" must be the first word. Write its options after it, as in: lp-relay withdraw --help.',
      ),
    )
  })

  it('does not print an unknown word that can be a secret', async () => {
    for (const args of [[`${noRpc}/v3/secret-of-the-operator`], ['start', `${noRpc}/v3/secret-of-the-operator`]]) {
      const { code, output } = await runRelay(args)
      expect(code).toBe(1)
      expect(output).toMatch(/^lp-relay has no command of this name: its commands are start, /)
      expect(output).not.toContain('secret-of-the-operator')
    }
  })

  it('says that the data directory is a file, or is below a file', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    for (const data of [file, join(file, 'relay')])
      expect(await start(['--rpc', chain.rpcUrl, '--data', data])).toEqual(
        sentence(
          `The data directory ${data} cannot be used, because ${file} is a file. Choose a directory with --data.`,
        ),
      )
  })

  it('says that the data directory cannot be written', async () => {
    // No user can make a directory in this file system of the kernel.
    expect((await start(['--rpc', chain.rpcUrl, '--data', '/sys/lp-relay'])).output).toMatch(
      /^The data directory \/sys\/lp-relay cannot be written \(E\w+\)\. Give this user the right to write there, or choose another directory with --data\.$/,
    )
  })

  it('says that the directory for the builds of ffmpeg cannot be used', async () => {
    const file = join(folder, 'cache')
    await writeFile(file, '')
    expect(await runRelay(['ffmpeg'], { XDG_CACHE_HOME: file })).toEqual(
      sentence(
        `lp-relay ffmpeg cannot write to ${file}/lp-relay/ffmpeg (ENOTDIR). Correct this, or set XDG_CACHE_HOME to another directory.`,
      ),
    )
  })

  it('says that a directory within the data directory is a file', async () => {
    const data = join(folder, 'damaged')
    await runRelay(['start', '--data', data, '--rpc', noRpc], { LP_PRIVATE_KEY: key })
    await writeFile(join(data, 'streams'), '')
    expect((await start(['--rpc', chain.rpcUrl, '--data', data])).output).toMatch(
      new RegExp(
        `^${join(data, 'streams')} cannot be used \\(\\w+\\): .*\\. Correct this, or choose another directory`,
      ),
    )
  })

  it('says that the disk of the data directory is full', async () => {
    const data = join(folder, 'full')
    await mkdir(join(data, 'payloads'), { recursive: true })
    // Each write to the device /dev/full fails, as on a full disk.
    await symlink('/dev/full', join(data, 'payloads', 'layout.json.new'))
    expect(await start(['--rpc', chain.rpcUrl, '--data', data])).toEqual(
      sentence(
        `The data directory ${data} cannot be written, because its disk or the disk quota of this user is full. Free space on the disk, or choose another directory with --data.`,
      ),
    )
  })

  it('refuses an http address that browsers block, except with --allow-http', async () => {
    const args = ['--rpc', chain.rpcUrl, '--uri', 'http://relay.example']
    expect((await start(args)).output).toMatch(/^Browsers block http:\/\/relay\.example .* add --allow-http\.$/)
    expect((await start([...args, '--allow-http'])).output).toMatch(/^The stake needs 100 LPT more, /)
  })

  it('says which account needs LPT', async () => {
    expect(await start(['--rpc', chain.rpcUrl])).toEqual(
      sentence(
        `The stake needs 100 LPT more, and the account ${address} holds 0 LPT. Send LPT to ${address}, or lower --stake.`,
      ),
    )
  })

  it('says which account needs ether', async () => {
    const { fundOperator } = await import('@lp/contracts/script/localChain')
    const poor = generatePrivateKey()
    const operator = privateKeyToAddress(poor)
    await fundOperator({ rpcUrl: chain.rpcUrl, operator, stake: 100n * 10n ** 18n })
    await chain.test.setBalance({ address: operator, value: 0n })
    expect(await start(['--rpc', chain.rpcUrl], { LP_PRIVATE_KEY: poor })).toEqual(
      sentence(`The account ${operator} has too little ether for the gas of approve. Send ether to ${operator}.`),
    )
  })

  it('says that LP_FFMPEG is broken, and uses no other ffmpeg', async () => {
    const LP_FFMPEG = join(folder, 'no-ffmpeg')
    expect(await start(['--rpc', chain.rpcUrl], { LP_PRIVATE_KEY: key, LP_FFMPEG })).toEqual(
      sentence(
        `LP_FFMPEG names ${LP_FFMPEG}, and this program cannot be used: there is no such file. Correct LP_FFMPEG, or unset it: then the relay uses its own build of ffmpeg, or the system’s ffmpeg.`,
      ),
    )
  })

  it('says that the port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    const { port } = server.address() as AddressInfo
    expect(await start(['--rpc', chain.rpcUrl, '--port', `${port}`])).toEqual(
      sentence(`Port ${port} is in use: stop the other program, or choose another port with --port.`),
    )
    server.close()
  })

  it('refuses an RPC address that is neither http nor https, and shows no part of this address', async () => {
    for (const rpc of ['wss://rpc.example/v3/secret-of-the-operator', 'rpc/secret-of-the-operator'])
      for (const env of [{}, { LP_RPC: rpc }]) {
        const { code, output } = await runRelay(['start', ...('LP_RPC' in env ? [] : ['--rpc', rpc])], env)
        expect(code).toBe(1)
        expect(output).toContain('Write an http or https address.')
        expect(output).not.toContain('secret-of-the-operator')
      }
  })

  it('names the keystore if its text is wrong, or if it cannot be read', async () => {
    const keystore = join(folder, 'broken.json')
    await writeFile(keystore, '{')
    expect((await start(['--keystore', keystore], { LP_PASSWORD: 'password' })).output).toBe(
      `${keystore} is not a keystore of version 3. Choose another file, or create a keystore with: lp-relay key --keystore FILE`,
    )
    expect((await start(['--keystore', folder], { LP_PASSWORD: 'password' })).output).toBe(
      `The keystore ${folder} cannot be read (EISDIR). Choose another file with --keystore.`,
    )
  })

  it('says that the chain does not answer, and does not print the key in the URL of the chain', async () => {
    expect(await start(['--rpc', `${noRpc}/v3/secret-of-the-operator`])).toEqual(
      sentence(
        `The chain at ${new URL(noRpc).host} does not answer. Check --rpc, and check that the node of the chain runs.`,
      ),
    )
  })

  it('says how to write LP_LOG', async () => {
    expect(await runRelay([], { LP_LOG: 'loud' })).toEqual(
      sentence(
        'The log does not understand "loud". Write a level (debug, info, warn, silent) or a room and its level, as in mesh:debug.',
      ),
    )
  })

  it('says that a server is not a relay', async () => {
    const rpc = await startRpc(() => ({ result: null }))
    expect(await runRelay(['status', '--url', chain.rpcUrl])).toEqual(
      sentence(
        `The server at ${chain.rpcUrl} is not a relay. Check --url: it must be the address of the relay, not of the web page.`,
      ),
    )
    await rpc.stop()
  })
})

describe('lp-relay relay', () => {
  const relay = (args: readonly string[]) =>
    runRelay(['relay', '--host', '127.0.0.1', '--port', '0', '--data', join(folder, 'relay'), ...args], {
      LP_PRIVATE_KEY: localKey(4),
    })

  it('says how to write a stream, a price, a rate and a deposit', async () => {
    const faults = [
      ['--stream', 'https://lp.example/#/watch/0x12', 'Write the whole link of a stream.'],
      ['--relay-price', '0.5', 'Write a whole number of gwei per GB from 0 to 1000000000.'],
      ['--free-rate', 'fast', 'Write a number of Mbit/s, as in 8 or 0.5.'],
      ['--free-start', '0', 'Write a whole number of MB, as in 20.'],
      ['--deposit', '1e3', 'Write an amount of ether, as in 0.05.'],
    ] as const
    for (const [option, value, text] of faults) {
      const { code, output } = await relay([option, value])
      expect(code).toBe(1)
      expect(output).toContain(text)
    }
  })

  it('says that a stream is not live', async () => {
    const link = `https://lp.example/#/watch/0x${'ab'.repeat(32)}?tracker=wss%3A%2F%2Ftracker.example`
    expect(await relay(['--rpc', chain.rpcUrl, '--stream', link])).toEqual(
      sentence(
        'A stream of --stream is not live: the chain has no running job for it. Check the link, or start the relay after the broadcast has begun.',
      ),
    )
  })

  it('says which account has too little ether for its deposit', async () => {
    expect(await relay(['--rpc', chain.rpcUrl, '--deposit', '1000000'])).toEqual(
      sentence(
        `The account ${privateKeyToAddress(localKey(4))} has too little ether for the deposit and its gas. Send ether to ${privateKeyToAddress(localKey(4))}.`,
      ),
    )
  })

  it('says what to do about a damaged cheque', async () => {
    const payments = join(folder, 'relay', 'payments')
    await mkdir(payments, { recursive: true })
    await writeFile(join(payments, 'held%2F0x01.entry'), '{')
    const { code, output } = await relay(['--rpc', chain.rpcUrl])
    expect(code).toBe(1)
    expect(output).toMatch(
      /^A cheque file in the folder payments of the data directory cannot be read \(held\/0x01\)\. Restore/,
    )
  })
})

describe('lp-relay key', () => {
  it('prints the address of the new key, and prints the same address again when the keystore exists; start needs the password', async () => {
    const keystore = join(folder, 'new', 'keystore.json')
    const made = await runRelay(['key', '--keystore', keystore], { LP_PASSWORD: 'password' })
    const [, made0x] = /^The key of (0x\w{40}) is in /.exec(made.output) ?? []
    expect(made0x).toBeDefined()
    const again = await runRelay(['key', '--keystore', keystore])
    expect(again.output).toContain(`The key of ${made0x} is already in ${keystore}.`)
    expect(again.code).toBe(0)
    expect(await start(['--keystore', keystore], { LP_PASSWORD: 'wrong' })).toEqual(
      sentence(`The keystore ${keystore} cannot be decrypted with this password. Check the file and the password.`),
    )
    expect(await start(['--keystore', keystore], {})).toEqual(
      sentence('The keystore needs its password. Set LP_PASSWORD, or name a file with --password-file.'),
    )
  })

  it('is the command that start names when there is no keystore', async () => {
    const keystore = join(folder, 'none.json')
    expect(await start(['--keystore', keystore], {})).toEqual(
      sentence(`There is no keystore at ${keystore}. Create one with: lp-relay key --keystore ${keystore}`),
    )
  })
})

describe('an RPC that does not answer', () => {
  it('is named in the log after a few seconds, and makes a command fail after 20 s', async () => {
    const { code, output, host, seconds } = await waiting
    expect(code).toBe(1)
    const [notice, end] = output.split('\n')
    expect(JSON.parse(notice as string)).toMatchObject({
      ...{ room: 'chain', msg: 'waiting for the chain, which has not answered yet', rpc: host, limitMs: 20_000 },
    })
    expect(end).toBe(
      `The chain at ${host} has not answered for 20 s. Check --rpc, and check that the node of the chain runs.`,
    )
    expect(output).not.toContain('secret-of-the-operator')
    expect(seconds).toBeLessThan(40)
  })

  it('delays the end of a relay by at most 15 s', async () => {
    let isSilent = false
    const rpc = await startRpc(() => (isSilent ? 'none' : undefined), { behind: chain.rpcUrl })
    const relay = await createRelayProcess(chain, { rpcUrl: rpc.url })
    expect(await relay.start()).toBe(true)
    isSilent = true
    const startedMs = Date.now()
    await relay.stop()
    expect(Date.now() - startedMs).toBeLessThan(15_000)
    await rpc.stop()
  })
})

describe('a second relay', () => {
  it('does not start with the data directory or the key of a running relay, and names the process of the running relay', async () => {
    const relay = await createRelayProcess(chain)
    expect(await relay.start()).toBe(true)
    // Another name of the RPC's host must not hide the running relay from the second relay.
    const rpc = chain.rpcUrl.replace('127.0.0.1', 'localhost')
    const options = ['start', '--rpc', rpc, '--host', '127.0.0.1', '--port', '0']
    const sameData = await runRelay([...options, '--data', relay.data], { LP_PRIVATE_KEY: key })
    const sameKey = await runRelay([...options, '--data', join(folder, 'other')], { LP_PRIVATE_KEY: relay.key })
    const holder = (what: string) =>
      new RegExp(
        `^The lp-relay with process id ${relay.processId()} on \\S+, which has run since \\S+, uses ${what}\\. Stop`,
      )
    expect(sameData.output).toMatch(holder(`the data directory ${relay.data}`))
    expect(sameKey.output).toMatch(holder(`the key of ${relay.address}`))
    // After kill -9, the lock file is still there.
    await relay.kill()
    expect(await relay.start()).toBe(true)
    await relay.stop()
  })
})
