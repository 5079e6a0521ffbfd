import type { Address } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import type { ChainOptions } from './connect'
import type { FreeBytes } from './relayTerms'

export type NodeOptions = FreeBytes & {
  rpcUrl: ChainOptions['rpcUrl']
  chainId?: ChainOptions['chainId']
  account: PrivateKeyAccount
  directory: string
  host: string
  /** 0: any unused port. */
  port: number
  /** The public address of this relay. Default: the address on which it listens. */
  serviceUri?: string | undefined
  /** Registers `serviceUri` even if it is an http address, which browsers block on pages of https, or a loopback address. */
  allowHttp?: boolean | undefined
  /** Units of 10^-18 LPT. */
  stake: bigint
  /** Wei per unit. */
  pricePerUnit: bigint
  /**
   * In parts per million. `blockRewardCut`: the part of rewards that we keep. `feeShare`: the part of fees that is divided among all stake
   * that is bonded to us.
   */
  blockRewardCut?: bigint | undefined
  feeShare?: bigint | undefined
  /** The price of a byte over WebRTC or HTTP, in wei. Default: `defaultWeiPerByte`. */
  relayPrice?: bigint | undefined
  /** If all work of a job is claimed, the relay ends the job after this time without a segment. Default: ten minutes. */
  abandonedMs?: number | undefined
  /** The largest number of streams that are transcoded at the same time. Default: as many as the measured capacity permits. */
  maxStreams?: number | undefined
  /** Limit for all payloads together. Default 200 GiB. */
  maxDiskBytes?: number | undefined
  /** A file with the streams and broadcasters that the operator does not serve. Default: all are served. */
  blocklist?: string | undefined
  /** Addresses and networks of the proxies whose `X-Forwarded-For` the relay believes. Default: none. */
  trustedProxies?: readonly string[] | undefined
  /** The largest number of requests of one address that wait for a new segment at the same time. Default 64. */
  maxPollsPerAddress?: number | undefined
  /** WebTorrent trackers at which the relay meets viewers, in addition to the trackers of the drawn transcoders. Default: none. */
  trackers?: readonly string[] | undefined
  /** STUN and TURN servers for the relay's own WebRTC. A relay with a public address needs none, which is the default. */
  iceServers?: readonly RTCIceServer[] | undefined
  /**
   * If a segment of a job is late for longer than this, and this machine is too slow, the relay hands the job over to another transcoder.
   * Default 6 s.
   */
  lateMs?: number | undefined
  /**
   * If neither a further part nor the end of a segment comes within this time, the relay publishes only whole segments of the job from then
   * on. Default 1 s.
   */
  partPatienceMs?: number | undefined
}

export type RelayNode = {
  url: string
  address: Address
  /** Opens or closes the relay for new jobs. Running streams continue. */
  acceptJobs(accepts: boolean): void
  close(): Promise<void>
  /**
   * Closes every WebRTC connection of this process and ends the native threads, which keep the process alive. Call
   * this last, and then exit.
   */
  endProcess(): void
}
