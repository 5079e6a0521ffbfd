import { join } from 'node:path'
import { Hello, type StreamId } from '@lp/contracts/protocol'
import type { PublicClient } from 'viem'
import { CarriedStreams, NoLiveStreamError } from '../carry/CarriedStreams'
import { blockSeconds } from '../chain/blockSeconds'
import { isRegistered } from '../chain/isRegistered'
import { Sender } from '../chain/Sender'
import { domainOf, find, NotFoundError, readJob } from '../chain/StreamDirectory'
import { clientAddress } from '../gateway/clientAddress'
import { createGateway } from '../gateway/createGateway'
import { createMetrics } from '../gateway/metrics'
import { ownAddress } from '../gateway/serve'
import { startStun } from '../gateway/stun'
import { attachTracker } from '../gateway/tracker'
import { logOf } from '../log'
import { createTransport } from '../mesh/createTransport'
import type { HttpSeller } from '../payment/HttpSeller'
import { Catalogue } from '../storage/Catalogue'
import { isDiskFull } from '../storage/isDiskFull'
import { PayloadStore } from '../storage/PayloadStore'
import type { Directory } from '../watch/Directory'
import { assertServiceUri } from './assertServiceUri'
import { atMost } from './atMost'
import { BlockedStreams } from './BlockedStreams'
import { Blocklist } from './Blocklist'
import type { ChainOptions } from './connect'
import { DiskWatch } from './DiskWatch'
import { EtherWatch } from './EtherWatch'
import { Faults } from './Faults'
import type { NodeOptions, RelayNode } from './NodeOptions'
import { type Direct, openDirect } from './openDirect'
import { openPayments } from './openPayments'
import { failuresOf, problemsOf } from './problemsOf'
import { RelayError } from './RelayError'
import { readVitals } from './readVitals'
import { raiseDeposit, registerUri } from './relayAccount'
import { defaultWeiPerByte, type FreeBytes, relayBudget } from './relayTerms'
import { type Connected, startLocked } from './startLocked'
import { ensureStatusToken } from './statusToken'
import { version } from './version'
import { createWrtc, WebSocket } from './wrtc'

const log = logOf('node')

export type RelayOptions = Pick<
  NodeOptions,
  | keyof ChainOptions
  | 'account'
  | 'directory'
  | 'host'
  | 'port'
  | 'serviceUri'
  | 'allowHttp'
  | 'maxPollsPerAddress'
  | 'blocklist'
> &
  Pick<NodeOptions, 'trustedProxies' | 'trackers' | 'iceServers' | 'relayPrice' | 'maxStreams' | keyof FreeBytes> & {
    /** Limit for all payloads together. Default 10 GiB. */
    maxDiskBytes?: number | undefined
    /** Streams that the relay carries until they end. It carries other streams when viewers ask for them. */
    streams?: readonly StreamId.StreamId[] | undefined
    /** The highest price that we pay for a byte, in wei. Default: our own price. */
    maxPrice?: bigint | undefined
    /** In wei. If the free deposit in the Chequebook is smaller, the relay deposits the missing amount. Default: it deposits nothing. */
    deposit?: bigint | undefined
  }

const closingMs = 60_000
const sweepIntervalMs = 60_000
/** Viewers can seek back this far. */
const keepMs = 3_600_000
const defaultDiskBytes = 10 * 1024 ** 3
const defaultStreams = 8

/**
 * Starts a relay without stake. The relay buys streams and sells them to viewers. On one machine, only one process can use a data directory
 * or a key. Rejects with `DirectoryError`, `HeldError`, `UnreachableUriError`, `NotLiveError`, the errors of `connect`, and the errors of
 * the relay's parts.
 */
export const startRelay = (options: RelayOptions): Promise<Relay> => startLocked(options, startOn)

type Relay = Omit<RelayNode, 'acceptJobs'>

async function startOn(
  { chainId, client, wallet, host: rpc, hurry, health }: Connected,
  options: RelayOptions,
): Promise<Relay> {
  let carried: CarriedStreams | undefined
  let direct: Direct | undefined
  const { account, directory, maxDiskBytes: maxBytes = defaultDiskBytes, trackers = [], iceServers = [] } = options
  const domain = domainOf(chainId)
  if (!options.allowHttp)
    assertServiceUri(options.serviceUri ?? ownAddress(options), { isLocalChain: chainId === 31337 })
  const addressOf = clientAddress(options.trustedProxies ?? [])
  const metrics = createMetrics()
  const faults = new Faults(metrics)
  const catalogue = await Catalogue.open({ directory: join(directory, 'streams'), onFault: faults.of('storage') })
  const payloads = await PayloadStore.open({
    ...{ directory: join(directory, 'payloads'), maxBytes, onFault: faults.of('storage') },
  })
  const disk = new DiskWatch({ directory, payloads, maxBytes })
  const blocked = new BlockedStreams({
    ...{ blocklist: new Blocklist(options.blocklist), catalogue, onFault: faults.of('node') },
    broadcasterOf: async (jobId) => (await readJob(client, jobId)).broadcaster,
    onChange: () => carried?.leaveIf(isBlocked),
  })
  const isBlocked = (streamId: StreamId.StreamId) => blocked.isBlocked(streamId)
  const sender = new Sender({ client, wallet, onFault: faults.of('chain') })
  const weiPerByte = options.relayPrice ?? defaultWeiPerByte(chainId)
  await raiseDeposit({ client, sender, chainId, deposit: options.deposit ?? 0n })
  const paid = await openPayments({
    ...{ client, sender, chainId, account, directory, weiPerByte, count: metrics.count },
    ...{ freeBytesPerSecond: options.freeBytesPerSecond, freeStartBytes: options.freeStartBytes },
    budget: relayBudget(options.maxPrice ?? weiPerByte),
    sourceOf: (level) => carried?.sourceOf(level) ?? catalogue.sourceOf(level as StreamId.StreamId) ?? level,
    onFault: faults.of('payment'),
  })
  const ether = new EtherWatch({ client, address: account.address, onFault: faults.of('chain') })
  // A local chain mines one block per second.
  const secondsPerBlock = chainId === 31337 ? 1 : await blockSeconds(client).catch(() => undefined)
  const vitals = () =>
    readVitals({
      ...{ balance: ether.balance, seat: undefined, claims: [], block: paid.block, secondsPerBlock },
      ...{ chain: health(), disk, payloads: { totalBytes: payloads.totalBytes, maxBytes } },
      ...{ isOpen: !disk.full, isBehind: false, streams: carried?.size ?? 0 },
    })
  let sales: HttpSeller | undefined
  const gateway = await createGateway({
    ...{ catalogue, payloads, metrics, port: options.port, host: options.host, onFault: faults.of('gateway') },
    statusToken: await ensureStatusToken(directory),
    ...{ addressOf, maxPollsPerAddress: options.maxPollsPerAddress },
    ...{ vitals, payments: paid.status, sales: () => sales, problems: () => failuresOf(vitals()) },
    ...{ isBlocked, wanted: async (streamId) => carried?.asked(streamId) },
    status: async () => ({
      ...{ version, address: account.address, roles: ['relay', 'tracker', 'gateway'], ffmpeg: undefined },
      chain: { id: chainId, jobsManager: domain.jobsManager, block: paid.block },
      ...{ direct: await direct?.address(), price: paid.price, payments: paid.status() },
      ...{ faults: faults.counts, problems: problemsOf(vitals(), account.address) },
    }),
  })
  const tracker = attachTracker({ server: gateway.server, addressOf })
  const port = Number(new URL(gateway.url).port) || 80
  const stun = await startStun({ host: options.host, port }).catch(faults.of('gateway'))
  const webRtc = createWrtc()
  const { serviceUri = gateway.url, streams = [] } = options
  sales = await paid.sellOverHttp(serviceUri)
  if (stun) direct = await openDirect({ stun, webRtc, directory, serviceUri, onFault: faults.of('node') })
  const carrying = new CarriedStreams({
    ...{ domain, catalogue, payloads, metrics: metrics.count, payments: paid.membership },
    ...{ directory: allowedDirectory(client, blocked), isRelay: isRegistered(client) },
    transport: createTransport({ wrtc: webRtc.wrtc, WebSocket, iceServers, listener: direct?.listener }),
    servers: { trackers: [`ws://127.0.0.1:${port}/announce`, ...trackers] },
    signAsRelay: (hello) => Hello.sign(hello, account, domain),
    ...{ maxStreams: options.maxStreams ?? defaultStreams, isDiskFull: () => disk.full !== undefined },
    onFault(error) {
      if (isDiskFull(error)) disk.failed()
      faults.of('carry')(error)
    },
  })
  carried = carrying
  const sweep = async () => {
    await disk.check()
    await Promise.all([
      payloads.sweep({ olderThanMs: keepMs, maxBytes: disk.sweepAboveBytes }),
      catalogue.sweep(keepMs),
    ])
    // The sweep may have made enough space.
    await disk.check()
  }
  const sweeper = setInterval(() => void sweep().catch(faults.of('storage')), sweepIntervalMs)

  const close = async () => {
    clearInterval(sweeper)
    ether.stop()
    hurry()
    await carrying.close()
    await atMost(closingMs, paid.cashAll())
    paid.close()
    sender.close()
    tracker.close()
    blocked.close()
    await stun?.close()
    await gateway.close()
    await catalogue.close()
    faults.close()
  }
  try {
    await registerUri({ client, sender, chainId, serviceUri })
    await Promise.all([sweep(), blocked.start()])
    await Promise.all([ether.start(), ...streams.map((streamId) => carrying.carry(streamId))])
  } catch (error) {
    await close()
    throw error instanceof NoLiveStreamError ? new NotLiveError({ cause: error }) : error
  }
  log.info('started', {
    ...{ version, address: account.address, url: gateway.url, data: directory, chainId, rpc },
    ...{ chequebook: paid.price.chequebook, gweiPerGb: `${weiPerByte}` },
  })
  return { url: gateway.url, address: account.address, close, endProcess: webRtc.cleanup }
}

/** Finds only the streams that the operator serves. */
const allowedDirectory = (client: PublicClient, blocked: BlockedStreams): Directory => ({
  async find(streamId) {
    const listing = await find(client, streamId).catch((error: unknown) => {
      if (error instanceof NotFoundError) return undefined
      throw error
    })
    return listing && blocked.allows(listing.job) ? listing : undefined
  },
})

export class NotLiveError extends RelayError {
  override readonly name = 'NotLiveError'
  constructor({ cause }: { cause: NoLiveStreamError }) {
    super(
      'A stream of --stream is not live: the chain has no running job for it. Check the link, or start the relay after the broadcast has begun.',
      { cause },
    )
  }
}
