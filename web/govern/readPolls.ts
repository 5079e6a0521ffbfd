import { contractsOn } from '@lp/contracts/deployments'
import type { Address, PublicClient } from 'viem'
import { multicallOptions } from '../chain/multicallOptions'
import { type Poll, type Proposal, states, type Voter } from './Proposal'

export type PollsOf = {
  chainId: number
  account: Address | undefined
  block: bigint
  proposals: readonly Proposal[]
  /** The transactions that executed proposals, by the ids of the proposals. */
  executions: ReadonlyMap<bigint, string>
}

/** Reads the votes on proposals, and the part of the account in them. */
export async function readPolls(client: PublicClient, options: PollsOf): Promise<Poll[]> {
  const { chainId, account, block, proposals, executions } = options
  const { governor } = contractsOn(chainId)
  const [results, voters] = await Promise.all([
    client.multicall({
      ...{ ...multicallOptions, blockNumber: block },
      contracts: proposals.flatMap(
        ({ id, snapshotBlock }) =>
          [
            { ...governor, functionName: 'state', args: [id] },
            { ...governor, functionName: 'proposalVotes', args: [id] },
            { ...governor, functionName: 'quorum', args: [snapshotBlock] },
            { ...governor, functionName: 'proposalEta', args: [id] },
          ] as const,
      ),
    }),
    account ? readVoters(client, { ...options, account }) : [],
  ])
  return proposals.map((proposal, index) => {
    const [state, votes, quorum, etaSeconds] = results.slice(4 * index) as [number, readonly bigint[], bigint, bigint]
    const [against = 0n, inFavour = 0n, abstain = 0n] = votes
    const [executedIn, voter] = [executions.get(proposal.id), voters[index]]
    return {
      ...proposal,
      ...{ state: states[state] ?? 'pending', tally: { against, inFavour, abstain }, quorum, etaSeconds },
      ...(executedIn && { executedIn }),
      ...(voter && { voter }),
    }
  })
}

/** Undefined for a vote whose stakes cannot be read yet. */
async function readVoters(
  client: PublicClient,
  { chainId, account, block, proposals }: PollsOf & { account: Address },
): Promise<(Voter | undefined)[]> {
  const { governor, stakeVotes } = contractsOn(chainId)
  const results = await client.multicall({
    ...{ ...multicallOptions, allowFailure: true, blockNumber: block },
    contracts: proposals.flatMap(
      ({ id, snapshotBlock }) =>
        [
          { ...governor, functionName: 'hasVoted', args: [id, account] },
          { ...governor, functionName: 'hasVotedOverride', args: [id, account] },
          { ...stakeVotes, functionName: 'getPastVotes', args: [account, snapshotBlock] },
          { ...stakeVotes, functionName: 'getPastBalanceOf', args: [account, snapshotBlock] },
          { ...stakeVotes, functionName: 'getPastDelegate', args: [account, snapshotBlock] },
        ] as const,
    ),
  })
  return proposals.map((_, index) => {
    const values = results.slice(5 * index, 5 * index + 5).map(({ result }) => result)
    if (values.some((value) => value === undefined)) return undefined
    const [hasVoted, hasOverridden, votes, ownPart, delegate] = values as [boolean, boolean, bigint, bigint, Address]
    return { hasVoted, hasOverridden, votes, ownPart, delegate }
  })
}
