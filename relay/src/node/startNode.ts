import { join } from 'node:path'
import type { StreamId } from '@lp/contracts/protocol'
import { parseEther } from 'viem'
import { blockSeconds } from '../chain/blockSeconds'
import { Sender } from '../chain/Sender'
import { domainOf, readJob } from '../chain/StreamDirectory'
import { ClaimRunner } from '../claims/ClaimRunner'
import { clientAddress } from '../gateway/clientAddress'
import { createGateway } from '../gateway/createGateway'
import { attachIngest } from '../gateway/ingest'
import { createMetrics } from '../gateway/metrics'
import { ownAddress } from '../gateway/serve'
import { startStun } from '../gateway/stun'
import { attachTracker } from '../gateway/tracker'
import { JobLogs } from '../jobs/JobLogs'
import { JobWatcher } from '../jobs/JobWatcher'
import { restoreLogs } from '../jobs/restoreLogs'
import { logOf } from '../log'
import { createTransport } from '../mesh/createTransport'
import type { HttpSeller } from '../payment/HttpSeller'
import { ExpiryRunner } from '../rounds/ExpiryRunner'
import { RoundRunner } from '../rounds/RoundRunner'
import { setAvailable } from '../rounds/registration'
import { Catalogue } from '../storage/Catalogue'
import { LiveListings } from '../storage/LiveListings'
import { PayloadStore } from '../storage/PayloadStore'
import { ActiveJobs } from '../transcoder/ActiveJobs'
import { measureCapacity } from '../transcoder/measureCapacity'
import { Places } from '../transcoder/Places'
import { Transcoder } from '../transcoder/Transcoder'
import { assertServiceUri } from './assertServiceUri'
import { atMost } from './atMost'
import { BlockedStreams } from './BlockedStreams'
import { Blocklist } from './Blocklist'
import { claimsStatus } from './claimsStatus'
import { DiskWatch } from './DiskWatch'
import { EtherWatch } from './EtherWatch'
import { Faults } from './Faults'
import { FfmpegKeeper } from './FfmpegKeeper'
import { Guard } from './Guard'
import { JobGate } from './JobGate'
import type { NodeOptions, RelayNode } from './NodeOptions'
import { type Direct, openDirect } from './openDirect'
import { openKeyCounter } from './openKeyCounter'
import { openPayments } from './openPayments'
import { failuresOf, problemsOf } from './problemsOf'
import { readVitals } from './readVitals'
import { defaultWeiPerByte } from './relayTerms'
import { sweep } from './retention'
import { roundStatus } from './roundStatus'
import { type Connected, startLocked } from './startLocked'
import { startSeeds } from './startSeeds'
import { ensureStatusToken } from './statusToken'
import { version } from './version'
import { createWrtc, WebSocket } from './wrtc'

const log = logOf('node')

const sweepIntervalMs = 60_000
const defaultDiskBytes = 200 * 1024 ** 3
const lookBackBlocks = 8_000n
/** Default of `abandonedMs`. In this time, a broadcaster can load the page again, or get the network connection back. */
const tenMinutesMs = 600_000
/** The gas of a withdrawal costs at most a twentieth of the withdrawn amount. */
const withdrawAtGasMultiple = 20n
/** While the relay closes, it waits at most this long for its last transactions, and then at most this long for the rest of its work. */
const closingMs = 60_000
/**
 * In units of 10^-18 LPT. The relay makes no report for a smaller finder's fee, because the gas of a report costs about
 * as much as this fee.
 */
const minFinderFee = parseEther('1')

/**
 * Starts one relay. On one machine, only one relay can use a data directory or a key. Throws `DirectoryError`, `HeldError`,
 * `UnreachableUriError`, the errors of `connect`, and the errors that the parts of the relay throw when they open or start.
 */
export const startNode = (options: NodeOptions): Promise<RelayNode> => startLocked(options, startOn)

/**
 * Builds the parts of one relay in this order: storage, the roles that follow the chain, the gateway with its tracker, and the
 * transcoder. Then starts these parts.
 */
async function startOn(
  { chainId, client, wallet, host: rpc, hurry, health }: Connected,
  options: NodeOptions,
): Promise<RelayNode> {
  const { account, directory } = options
  const domain = domainOf(chainId)
  // On the operator's own local chain, gas costs nothing.
  const isLocal = chainId === 31337
  if (!options.allowHttp) assertServiceUri(options.serviceUri ?? ownAddress(options), { isLocalChain: isLocal })
  const addressOf = clientAddress(options.trustedProxies ?? [])
  const metrics = createMetrics()
  const faults = new Faults(metrics)
  const ffmpeg = await FfmpegKeeper.open()
  const capacity = await measureCapacity(ffmpeg.current)
  const places = new Places({ maxStreams: options.maxStreams, ...capacity })
  const jobs = new ActiveJobs({ places, metrics: metrics.count, lateMs: options.lateMs })
  const maxBytes = options.maxDiskBytes ?? defaultDiskBytes

  const catalogue = await Catalogue.open({ directory: join(directory, 'streams'), onFault: faults.of('storage') })
  const payloads = await PayloadStore.open({
    ...{ directory: join(directory, 'payloads'), maxBytes, onFault: faults.of('storage') },
  })
  const disk = new DiskWatch({ directory, payloads, maxBytes })
  const listings = new LiveListings(catalogue)
  const blocked = new BlockedStreams({
    ...{ blocklist: new Blocklist(options.blocklist), catalogue, onFault: faults.of('node') },
    broadcasterOf: async (jobId) => (await readJob(client, jobId)).broadcaster,
    onChange() {
      gate?.look()
      seeds?.look()
    },
  })
  const isBlocked = (streamId: StreamId.StreamId) => blocked.isBlocked(streamId)
  let gate: JobGate | undefined
  let seeds: ReturnType<typeof startSeeds> | undefined
  const logs = await JobLogs.open({ directory: join(directory, 'receipts'), onFault: faults.of('jobs') })
  await restoreLogs({ client, logs, streams: catalogue, onFault: faults.of('jobs') })

  const sender = new Sender({ client, wallet, onFault: faults.of('chain') })
  const onChain = { client, sender, chainId, metrics: metrics.count }
  const paid = await openPayments({
    ...{ client, sender, chainId, account, directory, count: metrics.count, onFault: faults.of('payment') },
    weiPerByte: options.relayPrice ?? defaultWeiPerByte(chainId),
    ...{ freeBytesPerSecond: options.freeBytesPerSecond, freeStartBytes: options.freeStartBytes },
    sourceOf: (streamId) => catalogue.sourceOf(streamId as StreamId.StreamId) ?? streamId,
  })
  const selling = { client, chainId, account, directory, onFault: faults.of('keys') }
  const { keyDesk, ...keyRoom } = await openKeyCounter(selling)
  const claims = new ClaimRunner({
    ...{ ...onChain, domain, logs, lookBackBlocks, onFault: faults.of('claims') },
    // On a local chain, withdraw every amount: a developer wants to see the payments.
    minGasMultiple: isLocal ? 0n : withdrawAtGasMultiple,
    abandonedMs: options.abandonedMs ?? tenMinutesMs,
    onDisclose: async (dataHashes) => {
      for (const dataHash of dataHashes) await payloads.disclose(dataHash)
    },
  })
  const finder = { minFinderFee: isLocal ? 0n : minFinderFee, onFault: faults.of('rounds') }
  const rounds = new RoundRunner({ ...onChain, ...finder })
  const reports = new ExpiryRunner({ ...onChain, ...finder })
  const watcher = new JobWatcher({
    ...{ client, chainId, transcoder: account.address, logs, lookBackBlocks, onFault: faults.of('jobs') },
  })

  const ether = new EtherWatch({ client, address: account.address, onFault: faults.of('chain') })
  // A local chain mines one block per second, even if its first blocks came faster.
  const secondsPerBlock = isLocal ? 1 : await blockSeconds(client).catch(() => undefined)
  const guard = new Guard({
    ...{ disk, places, jobs, onFault: faults.of('storage') },
    acceptJobs: (accepts) => rounds.acceptJobs(accepts),
  })
  const vitals = () =>
    readVitals({
      ...{
        balance: ether.balance,
        seat: rounds.seat,
        block: watcher.block,
        secondsPerBlock,
        chain: health(),
        disk,
      },
      claims: claimsStatus(claims).claims ?? [],
      payloads: { totalBytes: payloads.totalBytes, maxBytes },
      ...{ isOpen: guard.isOpen, isBehind: jobs.isBehind, streams: places.size },
    })
  let sales: HttpSeller | undefined
  let direct: Direct | undefined
  const gateway = await createGateway({
    ...{ catalogue, payloads, metrics, port: options.port, host: options.host, onFault: faults.of('gateway') },
    statusToken: await ensureStatusToken(directory),
    ...{ addressOf, maxPollsPerAddress: options.maxPollsPerAddress },
    ...{ vitals, payments: paid.status, sales: () => sales, keyDesk, problems: () => failuresOf(vitals()) },
    ...{ listings, isBlocked, capacity: () => places.room },
    isHandedOver: (streamId) => jobs.isHandedOver(streamId),
    evidence: (streamId, sequenceNumber) => logs.evidence(streamId, sequenceNumber),
    status: async () => ({
      ...{ version, address: account.address, roles: ['transcoder', 'relay', 'tracker', 'gateway'] },
      chain: { id: chainId, jobsManager: domain.jobsManager, block: watcher.block, secondsPerBlock },
      ...{ ffmpeg: ffmpeg.status, direct: await direct?.address() },
      ...roundStatus(rounds),
      ...claimsStatus(claims),
      ...{ price: paid.price, payments: paid.status() },
      faults: faults.counts,
      problems: problemsOf(vitals(), account.address),
    }),
  })
  const tracker = attachTracker({ server: gateway.server, addressOf })
  const port = Number(new URL(gateway.url).port) || 80
  // Without STUN, viewers can connect only to viewers behind the same router. All other functions of the relay work without STUN.
  const stun = await startStun({ host: options.host, port }).catch(faults.of('gateway'))
  const webRtc = createWrtc()
  const { stake, pricePerUnit, blockRewardCut, feeShare, serviceUri = gateway.url, iceServers = [] } = options
  sales = await paid.sellOverHttp(serviceUri)
  if (stun) direct = await openDirect({ stun, webRtc, directory, serviceUri, onFault: faults.of('node') })
  const transport = createTransport({ wrtc: webRtc.wrtc, WebSocket, iceServers, listener: direct?.listener })
  const ownTracker = `ws://127.0.0.1:${port}/announce`
  const streams = { signer: account, domain, transport, catalogue, payloads, metrics: metrics.count }
  const further = { tracker: ownTracker, furtherTrackers: options.trackers }
  const member = { payments: paid.membership, keyDesk, onFault: faults.of('seed') }
  seeds = startSeeds({ ...streams, ...further, ...member, isBlocked, client })
  const transcoder = new Transcoder({
    ...{ ...streams, listings, logs, billing: claims, trackers: [ownTracker], active: jobs },
    ...{ ffmpeg: () => ffmpeg.current, partPatienceMs: options.partPatienceMs, ...keyRoom },
    ...{ onDiskFull: () => guard.diskFull(), onFault: faults.of('transcoder') },
  })

  const ingest = attachIngest({
    ...{ server: gateway.server, serviceUri, expects: (jobId) => transcoder.expects(jobId) },
    greet: (jobId, channel) => transcoder.greet(jobId, channel),
    addressOf,
  })
  await rounds.start({ stake, pricePerUnit, blockRewardCut, feeShare, serviceUri })
  reports.start()
  await blocked.start()
  gate = new JobGate(transcoder, (job) => blocked.allows(job))
  watcher.start(gate)
  claims.start()
  guard.start()
  await ether.start()
  const sweeper = setInterval(() => {
    sweep({ client, chainId, catalogue, payloads, logs, claims, maxBytes: disk.sweepAboveBytes }).catch(
      faults.of('storage'),
    )
  }, sweepIntervalMs)

  const close = async () => {
    clearInterval(sweeper)
    for (const watch of [guard, ether]) watch.stop()
    hurry()
    for (const runner of [watcher, claims, rounds, reports]) runner.stop()
    if (rounds.seat?.seated && !isLocal)
      log.warn(
        'this key keeps its seat, and a transcoder that misses rewards is slashed: give the seat up with lp-relay resign',
      )
    const mayStayOpen = (error: Error) => {
      faults.of('rounds')(error)
      log.warn(
        'the chain may still show this relay as open for new jobs: start the relay again, or use lp-relay resign',
      )
    }
    await atMost(
      closingMs,
      Promise.all([
        setAvailable({ client, sender, chainId, available: false }).catch(mayStayOpen),
        claims.recordDraws().catch(faults.of('claims')),
        paid.cashAll(),
      ]),
    )
    sender.close()
    await Promise.all([transcoder.close(), ffmpeg.close()])
    await atMost(closingMs, Promise.all([claims, rounds, reports].map((runner) => runner.idle())))
    await logs.close()
    for (const room of [seeds, tracker, ingest, paid, blocked]) room?.close()
    await stun?.close()
    await gateway.close()
    await catalogue.close()
    faults.close()
  }
  log.info('started', {
    ...{ version, address: account.address, url: gateway.url, data: directory },
    ...{ chainId, rpc, jobsManager: domain.jobsManager },
    ...{ ffmpeg: `${ffmpeg.current.path} (${ffmpeg.current.version})`, sandbox: ffmpeg.current.sandbox.kind },
    megapixelsPerSecond: Math.round(capacity.pixelsPerSecond / 1e6),
  })
  ffmpeg.start()
  const self = { url: gateway.url, address: account.address, close, endProcess: webRtc.cleanup }
  return { ...self, acceptJobs: (accepts) => guard.acceptJobs(accepts) }
}
