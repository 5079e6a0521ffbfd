import { contractsOn } from '@lp/contracts/deployments'
import type { Address, PublicClient } from 'viem'

/** What a transcoder did lately. */
export type RecentWork = {
  /** That were given to it. */
  jobs: number
  /** That it claimed to have transcoded. */
  segments: bigint
  /** That were paid after the checks, in wei. */
  feesWei: bigint
}

export type RecentWorkOf = { chainId: number; transcoder: Address; fromBlock: bigint; toBlock: bigint }

/** Reads it from the chain's log. */
export async function readRecentWork(
  client: PublicClient,
  { chainId, transcoder, fromBlock, toBlock }: RecentWorkOf,
): Promise<RecentWork> {
  const { claimsManager } = contractsOn(chainId)
  const its = { ...claimsManager, args: { transcoder }, fromBlock, toBlock, strict: true } as const
  const [assigned, claimed, paid] = await Promise.all([
    client.getContractEvents({ ...its, eventName: 'AssignmentShown' }),
    client.getContractEvents({ ...its, eventName: 'NewClaim' }),
    client.getContractEvents({ ...its, eventName: 'FeesDistributed' }),
  ])
  return {
    // A job is shown once for each handover, and claimed as often as it lasts.
    jobs: new Set([...assigned, ...claimed].map(({ args }) => args.jobId)).size,
    segments: claimed.reduce((sum, { args }) => sum + args.segments, 0n),
    feesWei: paid.reduce((sum, { args }) => sum + args.fees, 0n),
  }
}
