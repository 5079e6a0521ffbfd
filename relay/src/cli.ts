import { readFile } from 'node:fs/promises'
import { homedir, setPriority } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Command, InvalidArgumentError } from 'commander'
import { type Address, isAddress, parseEther } from 'viem'
import type { StatusJson } from './gateway/StatusJson'
import { logOf } from './log'
import * as Keystore from './node/Keystore'
import { logToStderr } from './node/logToStderr'
import { operatorCommands } from './node/operatorCommands'
import { conceal, hideSecret } from './node/secrets'
import { startNode } from './node/startNode'
import { startVerifier } from './node/startVerifier'
import { statusReport } from './node/statusReport'
import { version } from './node/version'

const home = join(homedir(), '.lp')
const log = logOf('cli')

const program = new Command('lp-relay')
  .description('Transcoder, relay, tracker and HLS gateway of the lp live video network.')
  .version(version)
  .showHelpAfterError('Run lp-relay --help to see all commands.')

/** A command that needs the chain and the operator's key. */
const keyed = (name: string, description: string) =>
  program
    .command(name, { isDefault: name === 'start' })
    .description(description)
    .option('--rpc <url>', 'JSON-RPC of the chain', process.env.LP_RPC ?? 'http://127.0.0.1:8545')
    .option('--keystore <file>', 'encrypted key of the operator (or set LP_PRIVATE_KEY)', join(home, 'keystore.json'))
    .option('--password-file <file>', 'file with the password of the keystore (or set LP_PASSWORD)')

/** A command that runs a role until the process is ended. */
const role = (name: string, { description, port }: { description: string; port: number }) =>
  keyed(name, description)
    .option('--host <address>', 'address to listen at', '0.0.0.0')
    .option('--port <number>', 'port to listen at; 0 takes a free port', portNumber, port)

role('start', { description: 'bond stake, transcode drawn jobs, serve streams, claim fees', port: 8935 })
  .option('--data <directory>', 'directory of streams, payloads and receipts', join(home, 'relay'))
  .option('--uri <url>', 'address by which broadcasters and viewers reach this relay', httpUrl)
  .option('--stake <lpt>', 'LPT to bond', lpt, parseEther('100'))
  .option('--price <wei>', 'price in wei per unit', weiAmount, 100n)
  .option(
    '--reward-cut <percent>',
    'share of rewards that this transcoder keeps before its delegators get theirs (default: 2)',
    percent,
  )
  .option(
    '--fee-share <percent>',
    'share of fees that goes to all stake bonded to this transcoder (default: 50)',
    percent,
  )
  .action(async ({ rpc, data, price, uri, rewardCut, feeShare, ...options }) => {
    const account = await operator(options)
    const terms = { pricePerUnit: price, blockRewardCut: rewardCut, feeShare }
    run(await startNode({ ...options, ...terms, rpcUrl: rpc, account, directory: data, serviceUri: uri }))
  })

role('verify', {
  description: 'check drawn segments and report verdicts, as the network’s verifier',
  port: 8936,
})
  .option('--contract <address>', 'verifier contract that names this key (default: the contract of new jobs)', address)
  .action(async ({ rpc, ...options }) => {
    // Lowers the priority of this process, because a relay on the same machine must serve its viewers immediately. A verdict can
    // wait longer.
    setPriority(5)
    run(await startVerifier({ ...options, rpcUrl: rpc, account: await operator(options) }))
  })

program
  .command('key')
  .description('create an encrypted key for the operator')
  .option('--keystore <file>', 'where to write it', join(home, 'keystore.json'))
  .option('--password-file <file>', 'file with its password (or set LP_PASSWORD)')
  .action(async ({ keystore, passwordFile }) => {
    const secret = await password(passwordFile)
    if (!secret)
      throw new Keystore.UnreadableError('Set LP_PASSWORD, or name a file with --password-file, to encrypt the key.')
    const { address } = await Keystore.create({ file: keystore, password: secret })
    console.log(`The key of ${address} is in ${keystore}. Send LPT for stake and ether for gas to this address.`)
  })

program
  .command('status')
  .description('show the status of a running relay')
  .option('--url <url>', 'address of the relay', httpUrl, 'http://127.0.0.1:8935')
  .option('--json', 'the whole status as JSON')
  .action(async ({ url, json }) => {
    const response = await fetch(`${url}/status`).catch(() => {
      throw new Keystore.UnreadableError(`No relay answers at ${url}. Check --url, and check that lp-relay runs.`)
    })
    const status = (await response.json().catch(() => undefined)) as StatusJson | undefined
    if (!response.ok || !status)
      throw new Keystore.UnreadableError(
        `The server at ${url} is not a relay. Check --url: the web page has another address.`,
      )
    console.log(json ? JSON.stringify(status, undefined, 2) : statusReport(status))
  })

keyed('unbond', 'unbond stake; it can be withdrawn after the unbonding period')
  .argument('<lpt>', 'amount of LPT', lpt)
  .action(async (amount: bigint, options) => say(operatorCommands.unbond({ ...(await signer(options)), amount })))

keyed('withdraw', 'withdraw earned fees, and stake whose unbonding period has passed').action(async (options) =>
  say(operatorCommands.withdraw(await signer(options))),
)

keyed('resign', 'stop being a transcoder; the stake stays bonded').action(async (options) =>
  say(operatorCommands.resign(await signer(options))),
)

const say = async (sentence: Promise<string>) => console.log(await sentence)

/** Prints the address of a started role. On SIGINT or SIGTERM, closes the role and then ends the process. */
function run({ url, close, endProcess }: { url: string; close(): Promise<void>; endProcess?(): void }) {
  console.log(`ready ${url}`)
  const end = (signal: NodeJS.Signals) => {
    log.info('closing', { signal })
    const onFault = (error: Error) => log.fault(error)
    close()
      .catch(onFault)
      .finally(() => {
        endProcess?.()
        process.exit()
      })
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
}

const signer = async (options: { rpc: string; keystore: string; passwordFile?: string | undefined }) => ({
  rpcUrl: options.rpc,
  account: await operator(options),
})

const operator = async ({ keystore, passwordFile }: { keystore: string; passwordFile?: string | undefined }) =>
  Keystore.open({
    file: keystore,
    password: await password(passwordFile),
    privateKey: process.env.LP_PRIVATE_KEY,
  })

async function password(file: string | undefined): Promise<string | undefined> {
  if (!file) return process.env.LP_PASSWORD
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Keystore.UnreadableError(`The password file ${file} cannot be read (${error.code}).`)
  })
  const secret = text.replace(/\r?\n$/, '')
  hideSecret(secret)
  return secret
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('Write an http or https address.')
  return text.replace(/\/+$/, '')
}

function address(text: string): Address {
  if (!isAddress(text)) throw new InvalidArgumentError('Write an address of 40 hexadecimal digits, as in 0x….')
  return text
}

function lpt(text: string): bigint {
  if (!/^\d+(\.\d{1,18})?$/.test(text)) throw new InvalidArgumentError('Write a number of LPT, as in 100 or 0.5.')
  return parseEther(text)
}

function weiAmount(text: string): bigint {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number of wei.')
  return BigInt(text)
}

/** Reads a percentage, and returns parts per million. */
function percent(text: string): bigint {
  const share = Number(text)
  if (!/^\d+(\.\d{1,4})?$/.test(text) || share > 100) throw new InvalidArgumentError('Write a number from 0 to 100.')
  return BigInt(Math.round(share * 10_000))
}

async function main() {
  hideSecret(process.env.LP_PRIVATE_KEY)
  hideSecret(process.env.LP_PASSWORD)
  logToStderr(process.env.LP_LOG ?? 'info')
  await program.parseAsync()
}

main().catch((error: Error) => {
  // If the operator can correct the error, its message is enough. Any other error is a defect, and the stack helps to find the
  // defect.
  console.error(conceal('forPeople' in error || 'shortMessage' in error ? error.message : inspect(error)))
  process.exit(1)
})
