import { join } from 'node:path'
import { contractsOn } from '@lp/contracts/deployments'
import type { Logger } from 'pino'
import { type Address, createPublicClient, createWalletClient, defineChain, type Hex, http } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { domainOf } from '../chain/StreamDirectory'
import { createGateway } from '../gateway/createGateway'
import { createMetrics } from '../gateway/metrics'
import { attachTracker } from '../gateway/tracker'
import { createTransport } from '../mesh/createTransport'
import { Catalogue } from '../storage/Catalogue'
import { PayloadStore } from '../storage/PayloadStore'
import { type Ffmpeg, findFfmpeg } from '../transcoder/ffmpeg'
import { type DrawnJob, JobWatcher } from '../transcoder/JobWatcher'
import { register, setAvailable } from '../transcoder/registration'
import { Transcoder } from '../transcoder/Transcoder'
import { RelayError } from './RelayError'
import { version } from './version'
import { createWrtc, WebSocket } from './wrtc'

export type NodeOptions = {
  rpcUrl: string
  account: PrivateKeyAccount
  directory: string
  host: string
  /** 0 takes a free one. */
  port: number
  /** Where others reach us; the default is what we listen on. */
  serviceUri?: string | undefined
  /** Units of 10^-18 LPT. */
  stake: bigint
  /** Wei per unit. */
  pricePerUnit: bigint
  /** Parts per million: what we keep of rewards, and what we share of fees. */
  blockRewardCut?: bigint | undefined
  feeShare?: bigint | undefined
  log: Logger
}

export type RelayNode = {
  url: string
  address: Address
  close(): Promise<void>
  /**
   * Says good-bye on every WebRTC connection of this process and ends the native threads, which keep it alive: the last
   * thing before an exit.
   */
  endProcess(): void
}

/** The paper's example for VerificationPeriod: payloads are kept as long as anyone may ask for them. */
const keepPayloadsMs = 6 * 3_600_000
const sweepIntervalMs = 60_000
const maxStoredBytes = 200 * 1024 ** 3
const lookBackBlocks = 8_000n

/** Wires the roles of one relay: transcoder, tracker, HLS gateway. Throws `ChainError`, and what its parts throw. */
export async function startNode(options: NodeOptions): Promise<RelayNode> {
  const { rpcUrl, account, directory, log } = options
  const transport = http(rpcUrl, { retryCount: 3 })
  const chainId = await createPublicClient({ transport })
    .getChainId()
    .catch((cause) => {
      throw new ChainError({ rpcUrl, cause })
    })
  const domain = domainOf(chainId)
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const client = createPublicClient({ chain, transport, pollingInterval: chainId === 31337 ? 500 : 4_000 })
  const wallet = createWalletClient({ account, chain, transport })
  const { jobsManager } = contractsOn(chainId)

  const ffmpeg = await findFfmpeg()
  const catalogue = await Catalogue.open({ directory: join(directory, 'streams') })
  const payloads = await PayloadStore.open({ directory: join(directory, 'payloads'), maxBytes: maxStoredBytes })
  const metrics = createMetrics()
  const gateway = await createGateway({
    catalogue,
    payloads,
    metrics,
    port: options.port,
    host: options.host,
    status: () => ({
      version,
      address: account.address,
      roles: ['transcoder', 'relay', 'tracker', 'gateway'],
      chain: { id: chainId, jobsManager: jobsManager.address, block: watcher.block },
      ffmpeg: { engine: `${ffmpeg.path} (${ffmpeg.version})`, sandbox: inWords(ffmpeg.sandbox) },
    }),
  })
  const tracker = attachTracker({ server: gateway.server })
  const webRtc = createWrtc()
  const { port } = new URL(gateway.url)
  const onFault = (error: Error) => log.warn({ error: error.message }, error.name)

  /** A transaction that may be made again later: that it failed is news, not an end. */
  const attempt = (what: string, send: () => Promise<Hex>) =>
    send().then(
      (hash) => log.info({ hash }, what),
      (error: Error) => log.warn({ error: error.message }, `${what} failed`),
    )
  const recordDraw = async ({ job }: DrawnJob) => {
    const { drawn } = await client.readContract({ ...jobsManager, functionName: 'getJob', args: [job.jobId] })
    if (drawn) return
    await attempt('drawCandidates', () =>
      wallet.writeContract({ ...jobsManager, functionName: 'drawCandidates', args: [job.jobId] }),
    )
  }
  const endJob = async ({ job }: DrawnJob) => {
    const end = catalogue.record(job.streamId)?.end
    if (!end) return
    const args = [job.jobId, end.lastSequenceNumber, end.signature] as const
    await attempt('endJob', () => wallet.writeContract({ ...jobsManager, functionName: 'endJob', args }))
  }
  const transcoder = new Transcoder({
    signer: account,
    domain,
    transport: createTransport({ wrtc: webRtc.wrtc, WebSocket }),
    trackers: [`ws://127.0.0.1:${port}/announce`],
    directory: join(directory, 'receipts'),
    catalogue,
    payloads,
    ffmpeg,
    count: metrics.count,
    onAssigned: (drawn) => {
      log.info({ jobId: drawn.job.jobId, streamId: drawn.job.streamId }, 'assigned')
      recordDraw(drawn).catch(onFault)
    },
    onEnded: (drawn) => void endJob(drawn).catch(onFault),
    onFault,
  })
  await register({
    client,
    wallet,
    registration: {
      stake: options.stake,
      pricePerUnit: options.pricePerUnit,
      blockRewardCut: options.blockRewardCut,
      feeShare: options.feeShare,
      serviceUri: options.serviceUri ?? gateway.url,
    },
  })
  const watcher = new JobWatcher({
    client,
    chainId,
    transcoder: account.address,
    lookBackBlocks,
    onDrawn: (drawn) => transcoder.take(drawn),
    onOver: (jobId) => void transcoder.drop(jobId).catch(onFault),
    onFault,
  })
  const sweeper = setInterval(() => {
    Promise.all([payloads.sweep(keepPayloadsMs), catalogue.sweep(keepPayloadsMs)]).catch(onFault)
  }, sweepIntervalMs)

  const close = async () => {
    clearInterval(sweeper)
    watcher.close()
    await setAvailable({ client, wallet, available: false }).catch(onFault)
    await transcoder.close()
    tracker.close()
    await gateway.close()
    await catalogue.close()
  }
  return { url: gateway.url, address: account.address, close, endProcess: webRtc.cleanup }
}

const inWords = (sandbox: Ffmpeg['sandbox']) => (sandbox.kind === 'none' ? `none: ${sandbox.reason}` : sandbox.kind)

export class ChainError extends RelayError {
  override readonly name = 'ChainError'
  constructor({ rpcUrl, cause }: { rpcUrl: string; cause: unknown }) {
    super(`The chain at ${rpcUrl} does not answer. Check --rpc, and that the node runs.`, { cause })
  }
}
