import { contractsOn } from '@lp/contracts/deployments'
import { Round } from '@lp/contracts/protocol'
import { readEvents } from 'lp-relay'
import { type Address, isAddressEqual, type PublicClient, zeroAddress } from 'viem'
import type { Clock } from '../chain/Clock'
import { multicallOptions } from '../chain/multicallOptions'
import { readable } from '../chain/readable'
import type { Lock, Position } from './Position'
import { type PoolEntry, readRecords } from './readRecords'
import { readWaitlist } from './readWaitlist'
import type { Staking } from './Staking'
import type { TimedRound } from './TimedRound'

/**
 * Reads `Staking` at the clock's block. Of the waitlist, reads only the first `waitingCount` transcoders, and `also` if it is a transcoder. If
 * the position, the waitlist, a transcoder or a part of a record cannot be read, the result leaves out only these values.
 */
export async function readStaking(
  client: PublicClient,
  {
    chainId,
    account,
    clock,
    waitingCount,
    also,
  }: { chainId: number; account: Address | undefined; clock: Clock; waitingCount: number; also?: Address | undefined },
): Promise<Staking> {
  const at = { ...multicallOptions, blockNumber: clock.block }
  const { bondingManager, roundsManager, claimsManager, livepeerToken, minter } = contractsOn(chainId)
  const [seated, network, { waiting, hasMore, isCut }, position] = await Promise.all([
    // With all seats taken, this answer is too long for a multicall.
    client.readContract({ ...bondingManager, functionName: 'transcoders', blockNumber: clock.block }),
    client.multicall({
      ...at,
      contracts: [
        { ...bondingManager, functionName: 'roundInForce' },
        { ...bondingManager, functionName: 'parameters' },
        { ...claimsManager, functionName: 'parameters' },
        { ...roundsManager, functionName: 'currentRound' },
        { ...roundsManager, functionName: 'currentRoundStartBlock' },
        { ...roundsManager, functionName: 'currentRoundInitialized' },
        { ...roundsManager, functionName: 'roundLength' },
        { ...roundsManager, functionName: 'roundLockAmount' },
        { ...minter, functionName: 'inflation' },
        { ...livepeerToken, functionName: 'totalSupply' },
      ],
    }),
    readWaitlist(client, { chainId, blockNumber: clock.block, count: waitingCount }),
    account && readable(readPosition(client, { chainId, account, clock })),
  ])
  const [[, initializedRounds], bonding, claims, ...rest] = network
  const [number, startBlock, initialized, length, lockAmount, inflation, supply] = rest
  const values = { number, initialized, startBlock, length, lockAmount, initializedRounds }
  const round: TimedRound = { ...Round.create({ block: clock.block, ...values }), initializedRounds, clock }
  const listed = [...seated, ...waiting]
  const { entries, unreadable } = await readUnlisted(client, {
    ...{ chainId, round, listed },
    others: [position?.delegate, also],
  })
  return {
    round,
    terms: {
      unbondingPeriod: bonding.unbondingPeriod,
      missedRewardSlash: bonding.missedRewardSlashAmount,
      missedRewardRounds: bonding.missedRewardRounds,
      lowWorkSlash: bonding.lowWorkSlashAmount,
      maxRoundSlash: bonding.maxRoundSlashAmount,
      minSelfStake: bonding.minSelfStake,
      poolSize: bonding.poolSize,
      failedVerificationSlash: claims.failedVerificationSlashAmount,
      missedVerificationSlash: claims.missedVerificationSlashAmount,
      equivocationSlash: claims.equivocationSlashAmount,
      competitivenessTolerance: bonding.competitivenessTolerance,
      minExpectedWork: bonding.minExpectedWork,
    },
    issuance: { inflation, supply },
    transcoders: await readRecords(client, { chainId, round, entries: [...listed, ...entries] }),
    hasMoreWaiting: hasMore,
    unreadable: { isWaitlistCut: isCut, others: unreadable },
    position,
    isPositionUnreadable: account !== undefined && !position,
  }
}

/**
 * The page also shows the guest of the round, if the events can be read, and the transcoders in `others`. Returns each of these that is not in
 * `listed`. `unreadable`: how many of them cannot be read.
 */
async function readUnlisted(
  client: PublicClient,
  {
    chainId,
    round,
    others,
    listed,
  }: { chainId: number; round: TimedRound; others: readonly (Address | undefined)[]; listed: readonly PoolEntry[] },
): Promise<{ entries: PoolEntry[]; unreadable: number }> {
  const { bondingManager } = contractsOn(chainId)
  const blockNumber = round.clock.block
  const opened = await readable(
    readEvents(client, {
      ...{ fromBlock: round.startBlock, toBlock: blockNumber },
      read: (range) => client.getContractEvents({ ...bondingManager, eventName: 'PoolLocked', ...range }),
    }),
  )
  const wanted = new Set([...others, ...(opened ?? []).map(({ args }) => args.guest)])
  const unlisted = [...wanted].filter(
    (address): address is Address =>
      address !== undefined &&
      address !== zeroAddress &&
      !listed.some(({ transcoder }) => isAddressEqual(transcoder, address)),
  )
  const answers = await client.multicall({
    ...{ ...multicallOptions, blockNumber },
    allowFailure: true,
    contracts: unlisted.map(
      (address) => ({ ...bondingManager, functionName: 'getTranscoder', args: [address] }) as const,
    ),
  })
  return {
    entries: answers.flatMap(({ result }) => (result?.registered ? [result] : [])),
    unreadable: answers.filter(({ status }) => status === 'failure').length,
  }
}

async function readPosition(
  client: PublicClient,
  { chainId, account, clock }: { chainId: number; account: Address; clock: Clock },
): Promise<Position> {
  const at = { ...multicallOptions, blockNumber: clock.block }
  const { bondingManager, jobsManager, livepeerToken } = contractsOn(chainId)
  const args = [account] as const
  const [delegator, feesWei, balance, lockCount] = await client.multicall({
    ...at,
    contracts: [
      { ...bondingManager, functionName: 'getDelegator', args },
      { ...jobsManager, functionName: 'earnings', args },
      { ...livepeerToken, functionName: 'balanceOf', args },
      { ...bondingManager, functionName: 'unbondingLockCount', args },
    ],
  })
  const ids = Array.from({ length: Number(lockCount) }, (_, id) => BigInt(id))
  const locks = await client.multicall({
    ...at,
    contracts: ids.map((id) => ({ ...bondingManager, functionName: 'getUnbondingLock', args: [account, id] }) as const),
  })
  const { delegate, stake, exposedStake, exposedTo, exposedUntil } = delegator
  return {
    ...{ account, stake, feesWei, balance },
    delegate: delegate === zeroAddress ? undefined : delegate,
    // If a lock was withdrawn or bonded again, its withdraw block is zero.
    locks: locks.flatMap((lock, id): Lock[] => (lock.withdrawBlock === 0n ? [] : [{ ...lock, id: BigInt(id) }])),
    exposed: exposedStake > 0n ? { stake: exposedStake, to: exposedTo, untilBlock: exposedUntil } : undefined,
  }
}
