import { contractsOn } from '@lp/contracts/deployments'
import { readEvents } from 'lp-relay'
import type { Address, PublicClient } from 'viem'

/** The recent work of a transcoder. */
export type RecentWork = {
  /** Number of jobs for which the chain has an Assignment to the transcoder, or a claim of the transcoder. */
  jobs: number
  /** Number of segments that the transcoder claimed. */
  segments: bigint
  /** Fees that were paid after verification, in wei. */
  feesWei: bigint
}

export type RecentWorkOf = { chainId: number; transcoder: Address; fromBlock: bigint; toBlock: bigint }

/** Reads the recent work from the event log. */
export async function readRecentWork(
  client: PublicClient,
  { chainId, transcoder, fromBlock, toBlock }: RecentWorkOf,
): Promise<RecentWork> {
  const { claimsManager } = contractsOn(chainId)
  const range = { fromBlock, toBlock }
  const its = { ...claimsManager, args: { transcoder }, strict: true } as const
  const [assigned, claimed, paid] = await Promise.all([
    readEvents(client, {
      ...range,
      read: (page) => client.getContractEvents({ ...its, ...page, eventName: 'AssignmentShown' }),
    }),
    readEvents(client, {
      ...range,
      read: (page) => client.getContractEvents({ ...its, ...page, eventName: 'NewClaim' }),
    }),
    readEvents(client, {
      ...range,
      read: (page) => client.getContractEvents({ ...its, ...page, eventName: 'FeesDistributed' }),
    }),
  ])
  return {
    // One job can have several events: one event for each handover and for each claim.
    jobs: new Set([...assigned, ...claimed].map(({ args }) => args.jobId)).size,
    segments: claimed.reduce((sum, { args }) => sum + args.segments, 0n),
    feesWei: paid.reduce((sum, { args }) => sum + args.fees, 0n),
  }
}
