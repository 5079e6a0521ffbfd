import { contractsOn } from '@lp/contracts/deployments'
import { TranscodingOptions } from '@lp/contracts/protocol'
import type { Address, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'

/** The price and the deposit of a job. Wei. */
export type Offer = {
  pricePerUnit: bigint
  perHourWei: bigint
  depositWei: bigint
  /** The fine for a claim with a broken source segment, in percent of the fees of the claim. */
  inputFinePercent: bigint
}

/** The number of transcoders that should be eligible at the price. If a drawn transcoder does not answer, another transcoder can replace it. */
const wantedCandidates = 3

/**
 * The lowest price that `wantedCandidates` available transcoders accept, and the deposit. The deposit is the price of an hour, the
 * fine that is held with the claims of this hour, and the reserve of a job. Throws `NoTranscoderError`.
 */
export async function findOffer(client: PublicClient, options: TranscodingOptions.TranscodingOptions): Promise<Offer> {
  const { bondingManager, jobsManager } = contractsOn(await client.getChainId())
  const [transcoders, { claimIntervalSeconds, candidateCount, inputFinePercent }] = await Promise.all([
    client.readContract({ ...bondingManager, functionName: 'transcoders' }),
    client.readContract({ ...jobsManager, functionName: 'parameters' }),
  ])
  const prices = transcoders
    .filter(({ available, stake }) => available && stake > 0n)
    .map(({ pricePerUnit }) => pricePerUnit)
    .sort((a, b) => (a < b ? -1 : 1))
  const pricePerUnit = prices[Math.min(wantedCandidates, prices.length) - 1]
  if (pricePerUnit === undefined) throw new NoTranscoderError()
  const perSecondWei = pricePerUnit * TranscodingOptions.unitsPerSecond(options)
  const perHourWei = perSecondWei * 3_600n
  // With each claim, the contract holds a fine. It comes back, unless a source segment of the claim was broken.
  const withFine = (wei: bigint) => wei + (wei * inputFinePercent) / 100n
  // The job reserves this sum, one part for each transcoder that can be drawn, and returns it after the job.
  const reserveWei = withFine(perSecondWei * claimIntervalSeconds) * candidateCount
  return { pricePerUnit, perHourWei, depositWei: withFine(perHourWei) + reserveWei, inputFinePercent }
}

/** The amount to send with the job: `depositWei` minus the existing deposit. Wei. */
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
  readonly problem: Problem = {
    sentence: 'No transcoder is available right now.',
    nextStep: 'Try again in a minute. If you run the network on your own computer, check that lp-relay is running.',
  }
}
