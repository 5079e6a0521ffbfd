import { contractsOn } from '@lp/contracts/deployments'
import type { Address, PublicClient } from 'viem'
import { readOnce } from '../chain/readOnce'

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

/** Reads the recent work from the event log. At the next block, requests only the newest blocks again. */
export async function readRecentWork(
  client: PublicClient,
  { chainId, transcoder, fromBlock, toBlock }: RecentWorkOf,
): Promise<RecentWork> {
  const { claimsManager } = contractsOn(chainId)
  const { abi, address } = claimsManager
  const its = { abi, address, args: { transcoder }, strict: true } as const
  const searchOf = (name: string) => ({ fromBlock, toBlock, key: [chainId, address, name, transcoder].join(' ') })
  const [assigned, claimed, paid] = await Promise.all([
    readOnce(client, {
      ...searchOf('AssignmentShown'),
      read: (page) => client.getContractEvents({ ...its, ...page, eventName: 'AssignmentShown' }),
    }),
    readOnce(client, {
      ...searchOf('NewClaim'),
      read: (page) => client.getContractEvents({ ...its, ...page, eventName: 'NewClaim' }),
    }),
    readOnce(client, {
      ...searchOf('FeesDistributed'),
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
