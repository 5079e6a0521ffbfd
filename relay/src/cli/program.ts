import { homedir, setPriority } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { parseEther } from 'viem'
import { depositCommands } from '../node/depositCommands'
import { diagnose, report } from '../node/doctor/doctor'
import { operatorCommands } from '../node/operatorCommands'
import { conceal } from '../node/secrets'
import { startNode } from '../node/startNode'
import { startRelay } from '../node/startRelay'
import { startVerifier } from '../node/startVerifier'
import { version } from '../node/version'
import { applyConfig, writeConfig } from './config'
import { printFfmpeg } from './ffmpeg'
import { createKey, readKey } from './keys'
import { runRole } from './runRole'
import { printStatus } from './status'
import {
  address,
  count,
  ether,
  freeRate,
  freeStart,
  gibibytes,
  httpUrl,
  iceServers,
  lpt,
  type Network,
  network,
  percent,
  portNumber,
  proxies,
  relayPrice,
  rpcUrls,
  streamIds,
  trackers,
  weiAmount,
} from './values'

const priceHelp = 'price of bytes over WebRTC or HTTP, in gwei per GB; the first minutes of each viewer are free'
const freeHelp = 'free bytes that a relay with a price sends, first to viewers that upload, in Mbit/s (default: 8)'
const freeStartHelp = 'free bytes for all new viewers together at once, in MB (default: 500)'
const home = join(homedir(), '.lp')

const freeBytes = ({ freeRate, freeStart }: { freeRate?: number; freeStart?: number }) => ({
  ...{ freeBytesPerSecond: freeRate, freeStartBytes: freeStart },
})

type PlaceOptions = { rpc?: string[] | undefined; network?: Network | undefined }
type KeyedOptions = PlaceOptions & { keystore: string; passwordFile?: string | undefined }

/** `--rpc` comes before the RPCs in the file of `--network`. */
const chainOf = ({ rpc, network }: PlaceOptions) => ({
  rpcUrl: rpc ?? network?.rpcUrls ?? 'http://127.0.0.1:8545',
  chainId: network?.chainId,
})

/** The commands of `lp-relay` and their options. */
export function createProgram(): Command {
  const program = new Command('lp-relay')
    .description('Transcoder, relay, tracker and HLS gateway of the lp live video network.')
    .version(version)
    .showHelpAfterError('Run lp-relay --help to see all commands.')
    .configureOutput({ writeErr: (text) => process.stderr.write(conceal(text)) })
    .hook('preAction', (_, command) => {
      const { config } = command.opts<{ config?: string }>()
      if (config && command.name() !== 'init') applyConfig(command, config)
    })

  const withKey = (command: Command) =>
    command
      .option('--keystore <file>', 'encrypted key of the operator (or set LP_PRIVATE_KEY)', join(home, 'keystore.json'))
      .option('--password-file <file>', 'file with the password of the keystore (or set LP_PASSWORD)')

  /** A command that needs the chain and the operator's key. */
  const keyed = (name: string, description: string) =>
    withKey(
      program
        .command(name, { isDefault: name === 'start' })
        .description(description)
        // The value can contain a key. With `env`, the help shows the name of the variable and not its value.
        .addOption(
          new Option('--rpc <urls>', 'JSON-RPCs of the chain, separated by commas (default: http://127.0.0.1:8545)')
            .env('LP_RPC')
            .argParser(rpcUrls),
        )
        .addOption(new Option('--config <file>', 'file in TOML with options; lp-relay init writes it').env('LP_CONFIG'))
        .option('--network <name>', 'name of the chain, or a file like lp.json with its id and contracts', network),
    )

  /** A command that runs a role until the process is ended. */
  const role = (name: string, { description, port }: { description: string; port: number }) =>
    keyed(name, description)
      .option('--host <address>', 'address to listen at', '0.0.0.0')
      .option('--port <number>', 'port to listen at; 0 chooses an unused port', portNumber, port)

  /** A role that serves streams to viewers. */
  const serving = (name: string, description: string) =>
    role(name, { description, port: 8935 })
      .option('--allow-http', 'register --uri even if it is an http address or a loopback address')
      .option('--relay-price <gwei>', `${priceHelp} (default: free on a local chain, otherwise 10000)`, relayPrice)
      .option('--free-rate <mbit/s>', freeHelp, freeRate)
      .option('--free-start <mb>', freeStartHelp, freeStart)
      .option(
        '--max-waiting <number>',
        'requests of one address that can wait for a new segment at the same time',
        count,
        64,
      )
      .option(
        '--trust-proxy <addresses>',
        'proxies whose header X-Forwarded-For the relay trusts, as in 127.0.0.1,10.0.0.0/8',
        proxies,
      )
      .option('--blocklist <file>', 'file with the stream ids and broadcaster addresses that this relay does not serve')
      .option('--trackers <urls>', 'WebTorrent trackers at which this relay also meets viewers', trackers)
      .option('--ice-servers <file>', 'JSON file with STUN and TURN servers for this relay', iceServers)

  serving('start', 'bond stake, transcode drawn jobs, serve streams, claim fees')
    .option('--data <directory>', 'directory of streams, payloads and receipts', join(home, 'relay'))
    .option('--uri <url>', 'address by which broadcasters and viewers reach this relay', httpUrl)
    .addOption(new Option('--stake <lpt>', 'LPT to bond').default(parseEther('100'), '100').argParser(lpt))
    .addOption(new Option('--price <wei>', 'price in wei per unit').default(100n, '100').argParser(weiAmount))
    .option(
      '--reward-cut <percent>',
      'share of rewards that this transcoder keeps before its delegators get their part (default: 2)',
      percent,
    )
    .option(
      '--fee-share <percent>',
      'share of fees that goes to all stake bonded to this transcoder (default: 50)',
      percent,
    )
    .option('--max-streams <number>', 'streams to transcode at the same time (default: by the measured speed)', count)
    .addOption(
      new Option('--max-disk <gib>', 'GiB for the payloads of all streams')
        .default(200 * 1024 ** 3, '200')
        .argParser(gibibytes),
    )
    .action(
      async ({ rpc, network, data, price, uri, maxDisk, maxWaiting, trustProxy, rewardCut, feeShare, ...options }) => {
        const terms = { ...freeBytes(options), pricePerUnit: price, blockRewardCut: rewardCut, feeShare }
        const limits = { maxDiskBytes: maxDisk, maxPollsPerAddress: maxWaiting, trustedProxies: trustProxy }
        const account = await readKey(options)
        runRole(
          await startNode({
            ...{ ...options, ...terms, ...limits, ...chainOf({ rpc, network }) },
            ...{ account, directory: data, serviceUri: uri },
          }),
        )
      },
    )

  serving('relay', 'carry streams for payment, without stake')
    .option('--data <directory>', 'directory of streams, payloads and cheques', join(home, 'relay'))
    .option('--uri <url>', 'address by which viewers reach this relay', httpUrl)
    .option(
      '--stream <link>',
      'stream to carry until it ends; can be repeated. The relay carries other streams when viewers ask for them',
      streamIds,
    )
    .option(
      '--max-price <gwei>',
      'highest price that this relay pays, in gwei per GB (default: --relay-price)',
      relayPrice,
    )
    .option('--deposit <ether>', 'deposit from which this relay pays; the relay adds the missing ether', ether)
    .option('--max-streams <number>', 'streams to carry at the same time', count, 8)
    .addOption(
      new Option('--max-disk <gib>', 'GiB for the payloads of all streams')
        .default(10 * 1024 ** 3, '10')
        .argParser(gibibytes),
    )
    .action(async ({ rpc, network, data, uri, stream, maxDisk, maxWaiting, trustProxy, ...options }) => {
      const limits = { maxDiskBytes: maxDisk, maxPollsPerAddress: maxWaiting, trustedProxies: trustProxy }
      const account = await readKey(options)
      const place = { ...chainOf({ rpc, network }), account, directory: data, serviceUri: uri }
      runRole(await startRelay({ ...options, ...limits, ...place, streams: stream, ...freeBytes(options) }))
    })

  role('verify', {
    description: 'check drawn segments and report verdicts, as the network’s verifier',
    port: 8936,
  })
    .option(
      '--contract <address>',
      'verifier contract that names this key (default: the verifier contract that new jobs use)',
      address,
    )
    .action(async ({ rpc, network, ...options }) => {
      // Lowers the priority of this process, because a relay on the same machine must serve its viewers immediately. A verdict
      // can wait longer.
      setPriority(5)
      runRole(await startVerifier({ ...options, ...chainOf({ rpc, network }), account: await readKey(options) }))
    })

  withKey(
    program
      .command('key')
      .description('create an encrypted key for the operator; if the keystore exists, show its address'),
  ).action(async (options) => console.log(await createKey(options)))

  program
    .command('status')
    .description('show the status of a running relay')
    .option('--url <url>', 'address of the relay', httpUrl, 'http://127.0.0.1:8935')
    .option('--data <directory>', 'data directory of the relay, if it runs on this machine', join(home, 'relay'))
    .option('--json', 'print the status as JSON')
    .action(async (options) => console.log(await printStatus(options)))

  const signer = async (options: KeyedOptions) => ({ ...chainOf(options), account: await readKey(options) })

  keyed('doctor', 'examine what a relay needs on this machine, and say how to mend what is wrong')
    .option('--data <directory>', 'data directory of the relay', join(home, 'relay'))
    .option('--uri <url>', 'public address of the relay (default: the address that this key has registered)', httpUrl)
    .action(async ({ data, uri, ...options }) => {
      const findings = await diagnose({ ...(await signer(options)), directory: data, serviceUri: uri })
      console.log(report(findings))
      if (findings.some(({ state }) => state === 'bad')) process.exitCode = 1
    })

  program
    .command('init')
    .description('write a file with all options of the roles, for --config')
    .option('--config <file>', 'file to write', join(home, 'lp-relay.toml'))
    .action(async ({ config }) => console.log(await writeConfig(program, config)))

  program
    .command('ffmpeg')
    .description('build a small ffmpeg from Debian’s source packages; the relays of this user then use it')
    .option('--again', 'build again, even if the newest sources are already built')
    .option('--remove', 'remove the build; relays then use the system’s ffmpeg')
    .action(async (options) => console.log(await printFfmpeg(options)))

  keyed('unbond', 'unbond stake; it can be withdrawn after the unbonding period')
    .argument('<lpt>', 'amount of LPT', lpt)
    .action(async (amount: bigint, options) =>
      console.log(await operatorCommands.unbond({ ...(await signer(options)), amount })),
    )

  keyed('withdraw', 'withdraw earned fees, and stake whose unbonding period has passed').action(async (options) =>
    console.log(await operatorCommands.withdraw(await signer(options))),
  )

  keyed('deposit', 'add ether to the deposit that pays the cheques of this key')
    .argument('<ether>', 'amount of ether', ether)
    .action(async (amount: bigint, options) =>
      console.log(await depositCommands.deposit({ ...(await signer(options)), amount })),
    )

  keyed('withdraw-deposit', 'announce the withdrawal of the deposit; a second run after the delay withdraws it').action(
    async (options) => console.log(await depositCommands.withdrawDeposit(await signer(options))),
  )

  keyed('resign', 'stop being a transcoder; the stake stays bonded').action(async (options) =>
    console.log(await operatorCommands.resign(await signer(options))),
  )

  return program
}
