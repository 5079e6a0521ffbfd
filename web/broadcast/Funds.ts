import { contractsOn } from '@lp/contracts/deployments'
import type { Assignment } from '@lp/contracts/protocol'
import type { Address, Hex, PublicClient } from 'viem'
import type { Offer } from './offer'

/** What pays for the next segments of a live job, as of one block. Amounts in wei. */
export type Funds = {
  /** The broadcaster's free deposit. Claims spend it first. */
  freeWei: bigint
  /** The unspent part of the job's reserve that only claims of the assigned transcoder can spend. */
  partWei: bigint
  /** Milliseconds of the stream that are claimed, so the deposit has already paid for them. */
  claimedMs: bigint
}

export type FundedJob = {
  jobId: Hex
  broadcaster: Address
  /** The assigned transcoder. */
  transcoder: Address
  assignments: readonly Assignment.Assignment[]
}

/** Reads all amounts as of one block, because a claim changes all of them. */
export async function readFunds(
  client: PublicClient,
  { jobId, broadcaster, transcoder, assignments }: FundedJob,
): Promise<Funds> {
  const { jobsManager, claimsManager } = contractsOn(client.chain?.id as number)
  const blockNumber = await client.getBlockNumber({ cacheTime: 0 })
  const at = { ...jobsManager, blockNumber }
  const [{ deposit }, partWei, ...progress] = await Promise.all([
    client.readContract({ ...at, functionName: 'getBroadcaster', args: [broadcaster] }),
    client.readContract({ ...at, functionName: 'reserveOf', args: [jobId, transcoder] }),
    ...assignments.map(({ transcoder, renditionKey, fromSequence }) =>
      client.readContract({
        ...{ ...claimsManager, blockNumber, functionName: 'getAssignment' },
        args: [jobId, transcoder, renditionKey, fromSequence],
      }),
    ),
  ])
  return { freeWei: deposit, partWei, claimedMs: progress.reduce((sum, { claimedMs }) => sum + claimedMs, 0n) }
}

/** How much more video the funds pay, in milliseconds. */
export type Lasting = {
  /** The video that the transcoder still accepts. */
  leftMs: number
  /**
   * The video that the transcoder's part of the reserve pays. The transcoder refuses a segment if the unclaimed video and this segment
   * together are longer.
   */
  reserveMs: number
}

/**
 * Each claim takes its fees and its fine from the free deposit. If the free deposit is too small, the claim takes the rest from the
 * transcoder's part of the reserve. Nothing fills up this part again. The transcoder refuses a segment if this part cannot pay all
 * unclaimed work and the segment (`assertPayable` of lp-relay). `acknowledgedMs`: the work of the job that is claimed, or can be claimed.
 */
export function lastingOf(
  { freeWei, partWei, claimedMs }: Funds,
  { perHourWei, inputFinePercent }: Pick<Offer, 'perHourWei' | 'inputFinePercent'>,
  acknowledgedMs: number,
): Lasting {
  const payableMs = (wei: bigint) =>
    perHourWei === 0n
      ? Number.POSITIVE_INFINITY
      : Number((((wei * 100n) / (100n + inputFinePercent)) * 3_600_000n) / perHourWei)
  const unclaimedMs = Math.max(0, acknowledgedMs - Number(claimedMs))
  return { leftMs: Math.max(0, payableMs(freeWei + partWei) - unclaimedMs), reserveMs: payableMs(partWei) }
}
