import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding, StreamId, type TranscodingOptions } from '@lp/contracts/protocol'
import { type Anvil, startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey } from '@lp/contracts/script/deploy'
import { fundOperator } from '@lp/contracts/script/localChain'
import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeAbiParameters,
  type Hex,
  http,
  keccak256,
  parseEther,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { anvil as anvilChain } from 'viem/chains'
import { WebSocket as Socket } from 'ws'
import { readCandidates } from '../src/chain/StreamDirectory'
import { createPublisher } from '../src/ingest/createPublisher'
import type { PublisherOptions, PublisherSale } from '../src/ingest/Publisher'
import type { BinarySocketConstructor } from '../src/mesh/WebSocketChannel'
import type { NodeOptions, RelayNode } from '../src/node/NodeOptions'
import { startNode } from '../src/node/startNode'
import { domain, newTransport } from './newTransport'
import { statusToken } from './operator'

export { domain, newTransport }

export const options: TranscodingOptions.TranscodingOptions = {
  width: 320,
  height: 240,
  fps: 15,
  renditions: [
    { height: 120, bitrate: 150_000 },
    { height: 64, bitrate: 60_000 },
  ],
}
export const pricePerUnit = 100n

/** Starts a chain with the contracts, and with accounts that have ether. */
export async function startChain() {
  const chain = await startAnvil()
  await deploy({ rpcUrl: chain.rpcUrl, deployerKey: localKey(0), preset: 'local' })
  const transport = http(chain.rpcUrl)
  return {
    ...chain,
    client: createPublicClient({ chain: anvilChain, transport, pollingInterval: 100 }),
    test: createTestClient({ chain: anvilChain, mode: 'anvil', transport }),
    broadcaster: createWalletClient({ account: privateKeyToAccount(localKey(5)), chain: anvilChain, transport }),
  }
}
export type Chain = Awaited<ReturnType<typeof startChain>> & Anvil

/** Starts a relay. Resolves when its transcoder has stake, is active, and is open for new jobs. */
export async function startRelay(
  chain: Chain,
  {
    directory,
    key = generatePrivateKey(),
    port = 0,
    rpcUrl = chain.rpcUrl,
    abandonedMs,
    stake = parseEther('100'),
    // A busy machine that runs many tests is late with segments. Then a relay would close itself for new jobs.
    lateMs = 60_000,
    ...limits
  }: {
    directory?: string
    key?: Hex
    port?: number
    rpcUrl?: string
    abandonedMs?: number
    stake?: bigint
  } & Pick<
    NodeOptions,
    'maxStreams' | 'maxDiskBytes' | 'lateMs' | 'partPatienceMs' | 'relayPrice' | 'freeBytesPerSecond' | 'blocklist'
  > = {},
) {
  const account = privateKeyToAccount(key)
  await fundOperator({ rpcUrl: chain.rpcUrl, operator: account.address, stake })
  process.env.LP_STATUS_TOKEN = statusToken
  const data = directory ?? (await mkdtemp(join(tmpdir(), 'lp-relay-')))
  const node: RelayNode = await startNode({
    ...{
      rpcUrl,
      account,
      directory: data,
      host: '127.0.0.1',
      port,
      stake,
      pricePerUnit,
      abandonedMs,
      lateMs,
      ...limits,
    },
  })
  await untilActive(chain, account.address)
  return { ...node, key, directory: data }
}

/** Lets rounds pass until a transcoder is active. A transcoder that registers in one round is active in the next round. */
export async function untilActive(chain: Chain, address: Address): Promise<void> {
  const { bondingManager } = contractsOn(localChainId)
  const known = () =>
    chain.client.readContract({ ...bondingManager, functionName: 'getTranscoder', args: [address] as const })
  while (!(await known()).active) {
    await nextRound(chain)
    // If the transcoder could not register in the lock period of the previous round, it registers now.
    while (!(await known()).registered) await nextBlock(chain)
  }
}

/** Mines blocks until the next round begins, and waits until a relay initializes this round. */
export async function nextRound(chain: Chain): Promise<bigint> {
  const { roundsManager } = contractsOn(localChainId)
  const read = <Name extends 'currentRoundStartBlock' | 'roundLength' | 'currentRound'>(functionName: Name) =>
    chain.client.readContract({ ...roundsManager, functionName })
  const end = (await read('currentRoundStartBlock')) + (await read('roundLength'))
  // A tenth of a round is 3 blocks. After this time, it is the turn of every relay to initialize the round.
  const blocks = end + 4n - (await chain.client.getBlockNumber({ cacheTime: 0 }))
  await chain.test.mine({ blocks: Number(blocks) })
  while (!(await chain.client.readContract({ ...roundsManager, functionName: 'currentRoundInitialized' })))
    await nextBlock(chain)
  return read('currentRound')
}

export function nextBlock(chain: Chain): Promise<void> {
  return new Promise((resolve, reject) => {
    const unwatch = chain.client.watchBlockNumber({
      onBlockNumber: () => {
        unwatch()
        resolve()
      },
      onError: reject,
    })
  })
}

/** Posts a job for a new stream and waits for its draw. */
export async function postJob(chain: Chain, options: { value?: bigint } = {}) {
  const { send, ...stream } = await prepareJob(chain, options)
  await chain.client.waitForTransactionReceipt({ hash: await send() })
  await chain.test.mine({ blocks: 3 })
  const candidates = (await readCandidates(chain.client, stream.jobId)) ?? []
  return { ...stream, candidates }
}

/** A new stream, and the function that posts its job. */
export async function prepareJob(chain: Chain, { value = parseEther('1') }: { value?: bigint } = {}) {
  const { jobsManager } = contractsOn(localChainId)
  const streamKey = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(streamKey.address)
  const broadcaster = chain.broadcaster.account.address
  const binding = await StreamBinding.sign({ streamId, broadcaster }, streamKey, domain)
  const endBlock = (await chain.client.getBlockNumber()) + 10_000n
  const args = [streamId, options, pricePerUnit, endBlock, binding] as const
  const send = () => chain.broadcaster.writeContract({ ...jobsManager, functionName: 'job', value, args })
  return { jobId: jobIdOf(streamId), streamId, streamKey, send }
}

/** The id of a stream's first job. The id does not depend on the block. */
const jobIdOf = (streamId: StreamId.StreamId): Hex =>
  keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [streamId, 0n]))

export type PostedJob = Awaited<ReturnType<typeof postJob>>

export const publish = (
  job: PostedJob,
  {
    patienceMs,
    isWebRtcPossible = true,
    sale,
    ...resumed
  }: { patienceMs?: number; isWebRtcPossible?: boolean; sale?: PublisherSale } & Pick<
    PublisherOptions,
    'fromSequence' | 'assignments'
  > = {},
) =>
  createPublisher({
    ...{ ...job, domain, WebSocket: Socket as BinarySocketConstructor },
    transport: isWebRtcPossible ? newTransport() : undefined,
    ...{ ...(patienceMs && { patienceMs }), ...resumed, sale },
  })

/** Segments of 2 s that begin with a keyframe, as a browser makes them. */
export function makeSegments(count: number): Uint8Array[] {
  const directory = mkdtempSync(join(tmpdir(), 'lp-segments-'))
  const { width, height, fps } = options
  const source = [
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=${width}x${height}:rate=${fps}`,
    '-f',
    'lavfi',
    '-i',
    'sine=frequency=440:sample_rate=48000',
  ]
  const encode = [
    '-t',
    `${count * 2}`,
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '0',
    '-force_key_frames',
    'expr:gte(t,n_forced*2)',
    '-c:a',
    'aac',
  ]
  const cut = ['-f', 'segment', '-segment_time', '2', '-segment_format', 'mpegts', join(directory, '%03d.ts')]
  execFileSync('ffmpeg', ['-v', 'error', ...source, ...encode, ...cut])
  return readdirSync(directory)
    .sort()
    .slice(0, count)
    .map((name) => new Uint8Array(readFileSync(join(directory, name))))
}
