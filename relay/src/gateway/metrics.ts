import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { formatEther } from 'viem'
import { createPaymentGauges } from './paymentGauges'
import type { PaymentsStatus } from './Status'
import { createVitals, type Vitals } from './vitals'

/** All metrics of a relay. Other rooms declare the part of `count` that they need, and do not import this file. */
export type Metrics = {
  /** The metrics that strangers can read. */
  registry: Registry
  /** Earnings and faults, for the operator. */
  privateRegistry: Registry
  /** Sets the operator's gauges. */
  setVitals(vitals: Vitals): void
  /** Sets the gauges of payments: the value of the cheques that the relay holds, its deposit, and the income and cost of each stream. */
  setPayments(payments: PaymentsStatus): void
  count: {
    /** Called for each source segment with a correct hash and signature. */
    segmentAccepted(): void
    /** `code`: the name of the error, as in `Segment.WrongSignerError`. */
    segmentRefused(code: string): void
    renditionPublished(): void
    /** `seconds`: the time from the first byte of a segment to its last rendition. */
    transcoded(seconds: number): void
    /** `seconds`: how long the oldest segment without renditions has been late. */
    late(seconds: number): void
    payloadBytesServed(bytes: number): void
    /** The number of bytes of pieces that the relay has just sent to viewers over WebRTC. */
    meshBytesServed(bytes: number): void
    /** The change in the number of viewers that are connected over WebRTC. */
    meshMembersChanged(change: number): void
    /** `route`: the name of the route, not its path. */
    httpRequest(request: { route: string; status: number }): void
    streamsLive(streams: number): void
    /** Fees in wei. */
    claim(change: { state: 'claimed' | 'paid' | 'refunded' | 'withdrawn'; fees: bigint }): void
    roundInitialized(): void
    /** Units of 10^-18 LPT. `amount`: minted for the transcoder and its delegators. `own`: the transcoder's part of `amount`. */
    reward(minted: { amount: bigint; own: bigint }): void
    /** Units of 10^-18 LPT. */
    finderFee(amount: bigint): void
    /** Cheques worth `amount` wei were taken, given or cashed, or have bounced. */
    cheques(change: { state: 'earned' | 'paid' | 'cashed' | 'bounced'; amount: bigint }): void
    /** Called when something failed in a room of the relay. `kind`: the error's name or code. */
    fault(fault: { room: string; kind: string }): void
  }
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const privateRegistry = new Registry()
  const hidden = [privateRegistry]
  collectDefaultMetrics({ register: registry })
  const accepted = new Counter({
    name: 'lp_segments_accepted_total',
    help: 'Source segments with a correct hash and signature.',
    registers,
  })
  const refused = new Counter({
    name: 'lp_segments_refused_total',
    help: 'Source segments that the relay refused, by the name of the error.',
    labelNames: ['code'],
    registers,
  })
  const renditions = new Counter({
    name: 'lp_renditions_published_total',
    help: 'Rendition segments that were published.',
    registers,
  })
  const transcode = new Histogram({
    name: 'lp_transcode_seconds',
    help: 'Time from the first byte of a segment to its last rendition.',
    buckets: [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 6, 10],
    registers,
  })
  const late = new Gauge({
    name: 'lp_segment_late_seconds',
    help: 'Time since the last byte of the oldest segment that has no renditions yet. 0: no segment is late.',
    registers,
  })
  const served = new Counter({
    name: 'lp_payload_bytes_served_total',
    help: 'Payload bytes sent over HTTP.',
    registers,
  })
  const meshServed = new Counter({
    name: 'lp_mesh_bytes_served_total',
    help: 'Payload bytes sent to viewers over WebRTC.',
    registers,
  })
  const meshMembers = new Gauge({
    name: 'lp_mesh_members',
    help: 'Viewers of all streams that are connected over WebRTC.',
    registers,
  })
  const requests = new Counter({
    name: 'lp_http_requests_total',
    help: 'HTTP requests, by route and status.',
    labelNames: ['route', 'status'],
    registers,
  })
  const live = new Gauge({ name: 'lp_streams_live', help: 'Streams that are live now.', registers })
  const claims = new Counter({
    name: 'lp_claims_total',
    help: 'Claims that were made, paid and refunded, and withdrawals of earned fees.',
    labelNames: ['state'],
    registers: hidden,
  })
  const fees = new Counter({
    name: 'lp_fees_ether_total',
    help: 'Fees that were claimed, paid, refunded and withdrawn, in ether.',
    labelNames: ['state'],
    registers: hidden,
  })
  const initialized = new Counter({
    name: 'lp_rounds_initialized_total',
    help: 'Rounds that this relay initialized.',
    registers: hidden,
  })
  const rewards = new Counter({
    name: 'lp_rewards_called_total',
    help: 'Calls of reward by this relay.',
    registers: hidden,
  })
  const minted = new Counter({
    name: 'lp_rewards_minted_lpt_total',
    help: 'LPT that calls of reward minted for the transcoder and its delegators.',
    registers: hidden,
  })
  const earned = new Counter({
    name: 'lp_earned_lpt_total',
    help: 'LPT that the transcoder earned for itself, by source: rewards, and finder’s fees for reports of missed rewards, too little work and missed verifications.',
    labelNames: ['source'],
    registers: hidden,
  })
  const cheques = new Counter({
    name: 'lp_cheques_ether_total',
    help: 'Cheques that were taken (earned), given (paid) and cashed, and cheques that have bounced, in ether.',
    labelNames: ['state'],
    registers: hidden,
  })
  const faults = faultCounter(privateRegistry)
  return {
    registry,
    privateRegistry,
    setVitals: createVitals(privateRegistry),
    setPayments: createPaymentGauges(privateRegistry),
    count: {
      segmentAccepted: () => accepted.inc(),
      segmentRefused: (code) => refused.inc({ code }),
      renditionPublished: () => renditions.inc(),
      transcoded: (seconds) => transcode.observe(seconds),
      late: (seconds) => late.set(seconds),
      payloadBytesServed: (bytes) => served.inc(bytes),
      meshBytesServed: (bytes) => meshServed.inc(bytes),
      meshMembersChanged: (change) => meshMembers.inc(change),
      httpRequest: ({ route, status }) => requests.inc({ route, status: `${status}` }),
      streamsLive: (streams) => live.set(streams),
      claim({ state, fees: wei }) {
        claims.inc({ state })
        fees.inc({ state }, Number(formatEther(wei)))
      },
      roundInitialized: () => initialized.inc(),
      reward({ amount, own }) {
        rewards.inc()
        minted.inc(Number(formatEther(amount)))
        earned.inc({ source: 'reward' }, Number(formatEther(own)))
      },
      fault: (fault) => faults.inc(fault),
      cheques: ({ state, amount }) => cheques.inc({ state }, Number(formatEther(amount))),
      finderFee: (amount) => earned.inc({ source: 'finderFee' }, Number(formatEther(amount))),
    },
  }
}

export const faultCounter = (registry: Registry): Counter<'room' | 'kind'> =>
  new Counter({
    name: 'lp_faults_total',
    help: 'Faults, by the room of the relay and the code or name of the error.',
    labelNames: ['room', 'kind'],
    registers: [registry],
  })
