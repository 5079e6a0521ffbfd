import { contractsOn } from '@lp/contracts/deployments'
import { ServiceUri, TranscodingOptions } from '@lp/contracts/protocol'
import type { Address, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { missingAddress } from './missingAddress'

/** The price and the deposit of a job, in wei. */
export type Offer = {
  pricePerUnit: bigint
  perHourWei: bigint
  depositWei: bigint
  /** The fine for a claim with a broken source segment, in percent of the fees of the claim. */
  inputFinePercent: bigint
  /** The relays of the transcoders that can be drawn at this price and that this page may reach, the largest stake first. */
  relays: readonly string[]
  /** The number of transcoders that can be drawn at this price, but have no address that this page may open. */
  unreachable: number
}

/** The number of transcoders that should accept the price. If a drawn transcoder does not answer, another transcoder can replace it. */
const wantedCandidates = 3

/**
 * The lowest price that `wantedCandidates` available transcoders accept, and the deposit for a job. If fewer transcoders are available, the
 * price is the lowest price that all of them accept. The deposit is the sum of the price of an hour, the fines in escrow for the claims of
 * this hour, and the reserve of a job. Transcoders that a page with `pageProtocol` cannot reach have no effect on the
 * price. Throws `NoTranscoderError`.
 */
export async function findOffer(
  client: PublicClient,
  options: TranscodingOptions.TranscodingOptions,
  pageProtocol: string = location.protocol,
): Promise<Offer> {
  const { bondingManager, jobsManager, serviceRegistry } = contractsOn(await client.getChainId())
  const [transcoders, { claimIntervalSeconds, candidateCount, inputFinePercent }] = await Promise.all([
    client.readContract({ ...bondingManager, functionName: 'transcoders' }),
    client.readContract({ ...jobsManager, functionName: 'parameters' }),
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
  const prices = relays
    .filter(isReachable)
    .map(({ pricePerUnit }) => pricePerUnit)
    .sort((a, b) => (a < b ? -1 : 1))
  const pricePerUnit = prices[Math.min(wantedCandidates, prices.length) - 1]
  if (pricePerUnit === undefined) throw new NoTranscoderError({ unreachable: relays.length, pageProtocol })
  const drawable = relays.filter((relay) => relay.pricePerUnit <= pricePerUnit)
  const reachable = drawable.filter(isReachable)
  const perSecondWei = pricePerUnit * TranscodingOptions.unitsPerSecond(options)
  const perHourWei = perSecondWei * 3_600n
  // Each claim puts a fine into escrow. The broadcaster gets the fine back, unless a source segment of the claim was broken.
  const withFine = (wei: bigint) => wei + (wei * inputFinePercent) / 100n
  // The contract reserves this amount for the job, one part for each drawn transcoder, and releases it after the job.
  const reserveWei = withFine(perSecondWei * claimIntervalSeconds) * candidateCount
  return {
    ...{ pricePerUnit, perHourWei, depositWei: withFine(perHourWei) + reserveWei, inputFinePercent },
    ...{ relays: reachable.flatMap(({ uri }) => uri ?? []), unreachable: drawable.length - reachable.length },
  }
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
