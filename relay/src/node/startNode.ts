import { join } from 'node:path'
import { type Address, parseEther } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { blockSeconds } from '../chain/blockSeconds'
import { Sender } from '../chain/Sender'
import { domainOf } from '../chain/StreamDirectory'
import { ClaimRunner } from '../claims/ClaimRunner'
import { createGateway } from '../gateway/createGateway'
import { createMetrics } from '../gateway/metrics'
import { startStun } from '../gateway/stun'
import { attachTracker } from '../gateway/tracker'
import { JobLogs } from '../jobs/JobLogs'
import { JobWatcher } from '../jobs/JobWatcher'
import { restoreLogs } from '../jobs/restoreLogs'
import { logOf } from '../log'
import { createTransport } from '../mesh/createTransport'
import { ReportRunner } from '../rounds/ReportRunner'
import { RoundRunner } from '../rounds/RoundRunner'
import { setAvailable } from '../rounds/registration'
import { Catalogue } from '../storage/Catalogue'
import { PayloadStore } from '../storage/PayloadStore'
import type { Ffmpeg } from '../transcoder/Ffmpeg'
import { findFfmpeg } from '../transcoder/findFfmpeg'
import { Transcoder } from '../transcoder/Transcoder'
import { claimsStatus } from './claimsStatus'
import { connect } from './connect'
import { Faults } from './Faults'
import { sweep } from './retention'
import { roundStatus } from './roundStatus'
import { version } from './version'
import { createWrtc, WebSocket } from './wrtc'

export type NodeOptions = {
  rpcUrl: string
  account: PrivateKeyAccount
  directory: string
  host: string
  /** 0: any unused port. */
  port: number
  /** The public address of this relay. Default: the address on which it listens. */
  serviceUri?: string | undefined
  /** Units of 10^-18 LPT. */
  stake: bigint
  /** Wei per unit. */
  pricePerUnit: bigint
  /** In parts per million. `blockRewardCut`: the part of rewards that we keep. `feeShare`: the part of fees that we share. */
  blockRewardCut?: bigint | undefined
  feeShare?: bigint | undefined
  /** If all work of a job is claimed, the relay ends the job after this time without a segment. Default: ten minutes. */
  abandonedMs?: number | undefined
}

export type RelayNode = {
  url: string
  address: Address
  close(): Promise<void>
  /**
   * Closes every WebRTC connection of this process and ends the native threads, which keep the process alive. Call
   * this last, and then exit.
   */
  endProcess(): void
}

const log = logOf('node')

const sweepIntervalMs = 60_000
const maxStoredBytes = 200 * 1024 ** 3
/** The last tenth of the disk space is for payloads that arrive before the next sweep. */
const sweepAboveBytes = 0.9 * maxStoredBytes
const lookBackBlocks = 8_000n
/** In this time, a broadcaster can load the page again, or get the network back. */
const tenMinutesMs = 600_000
/** The gas of a withdrawal costs at most a twentieth of the withdrawn amount. */
const withdrawAtGasMultiple = 20n
/** About the gas cost of a report. */
const minFinderFee = parseEther('1')

/**
 * Builds the parts of one relay in this order: storage, the roles that follow the chain, the gateway with its tracker, and the
 * transcoder. Then starts these parts. Throws `ChainError`, and the errors of its parts.
 */
export async function startNode(options: NodeOptions): Promise<RelayNode> {
  const { rpcUrl, account, directory } = options
  const { chainId, client, wallet } = await connect({ rpcUrl, account })
  const domain = domainOf(chainId)
  // On the operator's own local chain, gas costs nothing.
  const isLocal = chainId === 31337
  const metrics = createMetrics()
  const faults = new Faults(metrics)
  const ffmpeg = await findFfmpeg()

  const catalogue = await Catalogue.open({ directory: join(directory, 'streams'), onFault: faults.of('storage') })
  const payloads = await PayloadStore.open({
    ...{ directory: join(directory, 'payloads'), maxBytes: maxStoredBytes, onFault: faults.of('storage') },
  })
  const logs = await JobLogs.open({ directory: join(directory, 'receipts'), onFault: faults.of('jobs') })
  await restoreLogs({ client, logs, streams: catalogue, onFault: faults.of('jobs') })

  const sender = new Sender({ client, wallet, onFault: faults.of('chain') })
  const onChain = { client, sender, chainId, metrics: metrics.count }
  const claims = new ClaimRunner({
    ...{ ...onChain, domain, logs, lookBackBlocks, onFault: faults.of('claims') },
    // On a local chain, withdraw every amount: a developer wants to see the payments.
    minGasMultiple: isLocal ? 0n : withdrawAtGasMultiple,
    abandonedMs: options.abandonedMs ?? tenMinutesMs,
  })
  const finder = { minFinderFee: isLocal ? 0n : minFinderFee, onFault: faults.of('rounds') }
  const rounds = new RoundRunner({ ...onChain, ...finder })
  const reports = new ReportRunner({ ...onChain, ...finder })
  const watcher = new JobWatcher({
    ...{ client, chainId, transcoder: account.address, logs, lookBackBlocks, onFault: faults.of('jobs') },
  })

  // A local chain mines one block per second, even if its first blocks came faster.
  const secondsPerBlock = isLocal ? 1 : await blockSeconds(client).catch(() => undefined)
  const gateway = await createGateway({
    ...{ catalogue, payloads, metrics, port: options.port, host: options.host, onFault: faults.of('gateway') },
    evidence: (streamId, sequenceNumber) => logs.evidence(streamId, sequenceNumber),
    status: () => ({
      ...{ version, address: account.address, roles: ['transcoder', 'relay', 'tracker', 'gateway'] },
      chain: { id: chainId, jobsManager: domain.jobsManager, block: watcher.block, secondsPerBlock },
      ffmpeg: { engine: `${ffmpeg.path} (${ffmpeg.version})`, sandbox: inWords(ffmpeg.sandbox) },
      ...roundStatus(rounds),
      ...claimsStatus(claims),
      faults: faults.counts,
    }),
  })
  const tracker = attachTracker({ server: gateway.server })
  const port = Number(new URL(gateway.url).port) || 80
  // Without STUN, viewers can connect only to viewers behind the same router. All other functions of the relay work without STUN.
  const stun = await startStun({ host: options.host, port }).catch(faults.of('gateway'))
  const webRtc = createWrtc()
  const transcoder = new Transcoder({
    ...{ signer: account, domain, logs, catalogue, payloads, ffmpeg, billing: claims, metrics: metrics.count },
    transport: createTransport({ wrtc: webRtc.wrtc, WebSocket }),
    trackers: [`ws://127.0.0.1:${port}/announce`],
    onFault: faults.of('transcoder'),
  })

  const { stake, pricePerUnit, blockRewardCut, feeShare, serviceUri = gateway.url } = options
  await rounds.start({ stake, pricePerUnit, blockRewardCut, feeShare, serviceUri })
  reports.start()
  watcher.start(transcoder)
  claims.start()
  const sweeper = setInterval(() => {
    sweep({ client, chainId, catalogue, payloads, logs, claims, maxBytes: sweepAboveBytes }).catch(faults.of('storage'))
  }, sweepIntervalMs)

  const close = async () => {
    clearInterval(sweeper)
    for (const runner of [watcher, claims, rounds, reports]) runner.stop()
    if (rounds.seat?.seated && !isLocal)
      log.warn(
        'this key keeps its seat, and a transcoder that misses rewards is slashed: give the seat up with lp-relay resign',
      )
    await Promise.all([
      setAvailable({ client, sender, chainId, available: false }).catch(faults.of('rounds')),
      claims.recordDraws().catch(faults.of('claims')),
    ])
    sender.close()
    await transcoder.close()
    await Promise.all([claims, rounds, reports].map((runner) => runner.idle()))
    await logs.close()
    tracker.close()
    await stun?.close()
    await gateway.close()
    await catalogue.close()
    faults.close()
  }
  log.info('started', {
    ...{ version, address: account.address, url: gateway.url, data: directory },
    ...{ chainId, rpc: new URL(rpcUrl).host, jobsManager: domain.jobsManager },
    ...{ ffmpeg: `${ffmpeg.path} (${ffmpeg.version})`, sandbox: inWords(ffmpeg.sandbox) },
  })
  if (ffmpeg.sandbox.kind === 'none')
    log.warn('ffmpeg runs without a sandbox: install bubblewrap, and allow it user namespaces', {
      reason: ffmpeg.sandbox.reason,
    })
  return { url: gateway.url, address: account.address, close, endProcess: webRtc.cleanup }
}

const inWords = (sandbox: Ffmpeg['sandbox']) => (sandbox.kind === 'none' ? `none: ${sandbox.reason}` : sandbox.kind)
