import { contractsOn } from '@lp/contracts/deployments'
import { ServiceUri, TranscodingOptions } from '@lp/contracts/protocol'
import type { Address, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { askHealth, type Health } from './askHealth'
import { missingAddress } from './missingAddress'

/** The price and the deposit of a job, in wei. */
export type Offer = {
  pricePerUnit: bigint
  perHourWei: bigint
  depositWei: bigint
  /** The estimated network fee of the transaction that posts the job. Undefined if the fee of the chain could not be read. */
  networkWei: bigint | undefined
  /** The fine for a claim with a broken source segment, in percent of the fees of the claim. */
  inputFinePercent: bigint
  /**
   * The relays of the transcoders that can be drawn at this price and that have answered this page, the largest stake first. If no relay has
   * answered: the relays that this page may reach.
   */
  relays: readonly string[]
  /** The number of transcoders that can be drawn at this price, but have no address that this page may open. */
  unreachable: number
  /** The number of transcoders that can be drawn at this price, but have not answered this page, or take no new streams now. */
  away: number
  /**
   * The largest number of pixels per second (`TranscodingOptions.pixelsPerSecond`) that a transcoder at this price takes now, as far as this
   * page has asked them.
   */
  capacity: number
}

/** The number of transcoders that should accept the price. If a drawn transcoder does not answer, another transcoder can replace it. */
const wantedCandidates = 3
/** The page asks this number of relays at the same time, the lowest price first, until `wantedCandidates` have answered. */
const askedAtOnce = 8
/** The largest number of relays that the page asks. */
const maxAsked = 24
/**
 * The capacity of a relay that does not state it: the pixels per second of 720p at 20 fps with three renditions. Before relays stated their
 * capacity, this was the highest quality of the page.
 */
const unstatedCapacity = 33_300_000
/** The gas of the transaction that posts a job: a little more than `contracts/snapshots` measures. */
const jobGas = 190_000n

/** A price, and the fine that each claim puts into escrow. The broadcaster gets the fine back, unless a source segment was broken. */
export const withFine = (wei: bigint, inputFinePercent: bigint): bigint => wei + (wei * inputFinePercent) / 100n

/**
 * The lowest price that `wantedCandidates` available transcoders accept, and the deposit for a job. If fewer transcoders are available, the
 * price is the lowest price that all of them accept. The deposit is the sum of the price of an hour, the fines in escrow for the claims of
 * this hour, and the reserve of a job. Transcoders that a page with `pageProtocol` cannot reach, whose relay does not answer `ask`, or which
 * have no capacity for the stream, have no effect on the price. If no relay answers, the price is the price without these answers: `checkReach` asks again before the payment.
 * Throws `NoTranscoderError`.
 */
export async function findOffer(
  client: PublicClient,
  options: TranscodingOptions.TranscodingOptions,
  {
    pageProtocol = location.protocol,
    ask = askHealth,
  }: { pageProtocol?: string; ask?: (relay: string) => Promise<Health> } = {},
): Promise<Offer> {
  const { bondingManager, jobsManager, serviceRegistry } = contractsOn(await client.getChainId())
  const [transcoders, { claimIntervalSeconds, candidateCount, inputFinePercent }, gasPrice] = await Promise.all([
    client.readContract({ ...bondingManager, functionName: 'transcoders' }),
    client.readContract({ ...jobsManager, functionName: 'parameters' }),
    // The stream does not depend on this number: the wallet shows the network fee again.
    client.getGasPrice().catch(() => undefined),
  ])
  const available = transcoders.filter(({ available, stake }) => available && stake > 0n)
  const uris = await client.multicall({
    ...{ allowFailure: false, deployless: true },
    contracts: available.map(
      ({ transcoder }) => ({ ...serviceRegistry, functionName: 'getServiceURI', args: [transcoder] }) as const,
    ),
  })
  const relays = available
    .map((transcoder, index) => ({ ...transcoder, uri: ServiceUri.fromText(uris[index] ?? '') }))
    .sort((a, b) => (a.stake > b.stake ? -1 : 1))
  const isReachable = ({ uri }: { uri: string | undefined }): boolean =>
    uri !== undefined && ServiceUri.isOpenToPage(uri, pageProtocol)
  const reachable = relays.filter(isReachable).sort((a, b) => Number(a.pricePerUnit - b.pricePerUnit))
  const load = TranscodingOptions.pixelsPerSecond(options)
  const { answering, away, capacity } = await askAll(reachable, { load, ask: ({ uri }) => ask(uri as string) })
  const usable = answering.length > 0 ? answering : reachable
  const pricePerUnit = usable[Math.min(wantedCandidates, usable.length) - 1]?.pricePerUnit
  if (pricePerUnit === undefined) throw new NoTranscoderError({ unreachable: relays.length, pageProtocol })
  const drawable = relays.filter((relay) => relay.pricePerUnit <= pricePerUnit)
  const perSecondWei = pricePerUnit * TranscodingOptions.unitsPerSecond(options)
  const perHourWei = perSecondWei * 3_600n
  // The contract reserves this amount for the job, one part for each drawn transcoder, and releases it after the job.
  const reserveWei = withFine(perSecondWei * claimIntervalSeconds, inputFinePercent) * candidateCount
  return {
    ...{ pricePerUnit, perHourWei, depositWei: withFine(perHourWei, inputFinePercent) + reserveWei, inputFinePercent },
    networkWei: gasPrice === undefined ? undefined : gasPrice * jobGas,
    relays: drawable.filter((relay) => usable.includes(relay)).flatMap(({ uri }) => uri ?? []),
    unreachable: drawable.filter((relay) => !isReachable(relay)).length,
    away: drawable.filter((relay) => away.includes(relay)).length,
    capacity,
  }
}

/** Asks the first relays, until `wantedCandidates` have answered that they take a stream with this load, in pixels per second. */
async function askAll<Relay>(
  relays: readonly Relay[],
  { load, ask }: { load: number; ask: (relay: Relay) => Promise<Health> },
) {
  const [answering, away]: [Relay[], Relay[]] = [[], []]
  let most: number | undefined
  for (let first = 0; first < maxAsked && answering.length < wantedCandidates; first += askedAtOnce) {
    const asked = relays.slice(first, first + askedAtOnce)
    const answers = await Promise.all(asked.map(ask))
    for (const [index, relay] of asked.entries()) {
      const { answer, capacity = unstatedCapacity } = answers[index] as Health
      if (answer === 'answers') most = Math.max(most ?? 0, capacity)
      if (answer === 'answers' && capacity >= load) answering.push(relay)
      else away.push(relay)
    }
  }
  // If no relay has answered, nothing is known.
  return { answering, away, capacity: most ?? unstatedCapacity }
}

/** The amount to send with the job: `depositWei` minus the existing deposit, in wei. */
export async function missingDeposit(
  client: PublicClient,
  { broadcaster, depositWei }: { broadcaster: Address; depositWei: bigint },
) {
  const { jobsManager } = contractsOn(await client.getChainId())
  const { deposit } = await client.readContract({ ...jobsManager, functionName: 'getBroadcaster', args: [broadcaster] })
  return depositWei > deposit ? depositWei - deposit : 0n
}

export class NoTranscoderError extends Error {
  override readonly name = 'Offer.NoTranscoderError'
  readonly problem: Problem
  /** `unreachable`: the number of available transcoders that have no address for this page. */
  constructor({ unreachable, pageProtocol }: { unreachable: number; pageProtocol: string }) {
    super('No transcoder can be drawn for a job of this page.')
    this.problem = unreachable === 0 ? noneAvailable : noneReachable(unreachable, pageProtocol)
  }
}

const noneAvailable: Problem = {
  sentence: 'No transcoder is available right now.',
  nextStep: 'Try again in a minute. If you run the network on your own computer, check that lp-relay is running.',
}

const noneReachable = (count: number, pageProtocol: string): Problem => ({
  sentence:
    count === 1
      ? `This page cannot reach the only available transcoder, because its relay has ${missingAddress(pageProtocol)}.`
      : `This page cannot reach any of the ${count} available transcoders, because their relays have ${missingAddress(pageProtocol)}.`,
  nextStep:
    pageProtocol === 'https:'
      ? 'Nothing was paid. Try again later, or open this page over http if it is on your own network.'
      : 'Nothing was paid. Try again later. If the relay is yours, start it with --uri and its address.',
})
