import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createTestClient, type Hex, http, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { startAnvil } from '../contracts/script/anvil'
import { deploy, localKey, localVerifier } from '../contracts/script/deploy'
import { fundOperator } from '../contracts/script/localChain'
import { build } from './build'
import { StartError } from './StartError'
import { serveWeb } from './serveWeb'
import { supervise } from './supervise'
import { ensureFfmpeg } from './system'

const defaultPort = 3000
const defaultRelayPort = 8935

/**
 * Starts the network on one machine: a chain, the contracts, one relay, one verifier and the page. With `--no-relay`, it starts
 * neither the relay nor the verifier. `--relay-price` and `--free-rate` are options of the relay: with them, viewers pay for the stream.
 * When all parts except the verifier are ready, it prints a line with the page's address. On Ctrl-C, it stops all these parts.
 */
export default async function start(args: readonly string[]): Promise<void> {
  const { port, relayPort, withRelay, forRelay } = readArguments(args)
  await assertFree(port)
  await build()
  if (withRelay) await ensureFfmpeg()

  const data = await mkdtemp(join(tmpdir(), 'lp-'))
  const stops: (() => Promise<unknown>)[] = [() => rm(data, { recursive: true, force: true })]
  let ending = false
  const end = async (code: number) => {
    if (ending) return
    ending = true
    for (const stop of stops.reverse()) await stop().catch(() => undefined)
    process.exit(code)
  }
  process.once('SIGINT', () => void end(0))
  process.once('SIGTERM', () => void end(0))
  process.once('SIGHUP', () => void end(0))

  try {
    const chain = await startAnvil({ port: await freePort(8545) })
    stops.push(chain.stop)
    void chain.exited.then(() => (ending ? undefined : printAndEnd('The local chain stopped.', end)))
    await deploy({ rpcUrl: chain.rpcUrl, deployerKey: localKey(0), preset: 'local' })
    console.error(`chain  ${chain.rpcUrl} (anvil, process ${chain.pid})`)
    if (withRelay) {
      const { rpcUrl } = chain
      const [operator, checker] = [operatorOf(generatePrivateKey()), operatorOf(localKey(localVerifier))]
      await fundOperator({ rpcUrl, operator: operator.address, stake: parseEther('1000') })
      await fundOperator({ rpcUrl, operator: checker.address, stake: parseEther('100') })
      const onFailed = (error: StartError) => void printAndEnd(error.message, end)
      const port = await freePort(relayPort)
      const terms = ['--uri', `http://localhost:${port}`, '--stake', '1000', '--price', '100', ...forRelay]
      const relay = supervise({
        ...{ name: 'relay', key: operator.key, onFailed },
        args: ['start', '--rpc', rpcUrl, '--data', join(data, 'relay'), '--port', String(port), ...terms],
      })
      stops.push(relay.stop)
      await relay.ready
      // `npm start` does not wait until the verifier is ready: a claim can be verified for nearly a minute after it was made, and the
      // verifier is ready before then.
      const verifier = supervise({
        ...{ name: 'verifier', key: checker.key, onFailed },
        args: ['verify', '--rpc', rpcUrl, '--host', '127.0.0.1', '--port', String(await freePort(0))],
      })
      stops.push(verifier.stop)
    }
    // During the deployment, the chain made a block for each transaction immediately. From now on, the chain makes one block a second.
    await createTestClient({ mode: 'anvil', transport: http(chain.rpcUrl) }).setIntervalMining({ interval: 1 })
    const web = await serveWeb({ port: await freePort(port), rpcUrl: chain.rpcUrl })
    stops.push(web.close)
    console.log(`ready http://localhost:${web.port}`)
  } catch (error) {
    console.error(error instanceof Error && 'forPeople' in error ? error.message : error)
    await end(1)
  }
}

const operatorOf = (key: Hex) => ({ key, address: privateKeyToAddress(key) })

/** Throws `StartError` for an unknown option. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'relay-port': { type: 'string' },
        relay: { type: 'boolean', default: true },
        'relay-price': { type: 'string' },
        'free-rate': { type: 'string' },
      },
      allowNegative: true,
    })
  } catch (error) {
    throw new StartError(
      `${(error as Error).message.split('.')[0]}. The options are --port, --relay-port, --no-relay, --relay-price and --free-rate.`,
    )
  }
}

function readArguments(args: readonly string[]) {
  const { values } = parse(args)
  const number = (name: string, text: string) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 0 || value > 65_535)
      throw new StartError(`${name} must be a port number from 0 to 65535, not "${text}".`)
    return value
  }
  return {
    port: number('--port', values.port ?? process.env.PORT ?? String(defaultPort)),
    relayPort: number('--relay-port', values['relay-port'] ?? String(defaultRelayPort)),
    withRelay: values.relay,
    forRelay: (['relay-price', 'free-rate'] as const).flatMap((name) =>
      values[name] ? [`--${name}`, values[name]] : [],
    ),
  }
}

async function printAndEnd(sentence: string, end: (code: number) => Promise<void>) {
  console.error(sentence)
  await end(1)
}

async function assertFree(port: number) {
  if (port !== 0 && !(await isFree(port)))
    throw new StartError(
      `Port ${port} is in use. End the program that uses it, or choose another port: npm start -- --port ${port + 1}`,
    )
}

/** Returns the port `wanted` if it is not in use. If it is in use or 0, returns another port that is not in use. */
const freePort = async (wanted: number) => ((wanted && (await probePort(wanted))) || (await probePort(0))) as number

const isFree = async (port: number) => (await probePort(port)) !== undefined

/** Returns `port` if it is not in use, otherwise `undefined`. If `port` is 0, returns a port that the system chooses. */
function probePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(undefined))
    probe.listen(port, () => {
      const { port: found } = probe.address() as AddressInfo
      probe.close(() => resolve(found))
    })
  })
}
