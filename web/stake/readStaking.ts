import { contractsOn } from '@lp/contracts/deployments'
import { Round } from '@lp/contracts/protocol'
import { type Address, type PublicClient, zeroAddress } from 'viem'
import { multicallOptions } from './multicallOptions'
import type { Lock, Position } from './Position'
import { readable } from './readable'
import { readRecords } from './readRecords'
import type { Staking } from './Staking'
import type { Clock, TimedRound } from './TimedRound'

/**
 * Reads all numbers of the page at the clock's block. The number of requests does not grow with the number of transcoders. If the position
 * or a part of the records cannot be read, only this part is missing.
 */
export async function readStaking(
  client: PublicClient,
  { chainId, account, clock }: { chainId: number; account: Address | undefined; clock: Clock },
): Promise<Staking> {
  const at = { ...multicallOptions, blockNumber: clock.block }
  const { bondingManager, roundsManager, claimsManager } = contractsOn(chainId)
  const [network, position] = await Promise.all([
    client.multicall({
      ...at,
      contracts: [
        { ...bondingManager, functionName: 'transcoders' },
        { ...bondingManager, functionName: 'waitlist' },
        { ...bondingManager, functionName: 'roundInForce' },
        { ...bondingManager, functionName: 'parameters' },
        { ...claimsManager, functionName: 'parameters' },
        { ...roundsManager, functionName: 'currentRound' },
        { ...roundsManager, functionName: 'currentRoundStartBlock' },
        { ...roundsManager, functionName: 'currentRoundInitialized' },
        { ...roundsManager, functionName: 'roundLength' },
        { ...roundsManager, functionName: 'roundLockAmount' },
      ],
    }),
    account && readable(readPosition(client, { chainId, account, clock })),
  ])
  const [seated, waiting, [, initializedRounds], bonding, claims, number, startBlock, initialized, length, lockAmount] =
    network
  const values = { number, initialized, startBlock, length, lockAmount, initializedRounds }
  const round: TimedRound = { ...Round.create({ block: clock.block, ...values }), initializedRounds, clock }
  return {
    round,
    terms: {
      unbondingPeriod: bonding.unbondingPeriod,
      missedRewardSlash: bonding.missedRewardSlashAmount,
      missedRewardRounds: bonding.missedRewardRounds,
      maxRoundSlash: bonding.maxRoundSlashAmount,
      minSelfStake: bonding.minSelfStake,
      failedVerificationSlash: claims.failedVerificationSlashAmount,
      missedVerificationSlash: claims.missedVerificationSlashAmount,
      equivocationSlash: claims.equivocationSlashAmount,
      competitivenessTolerance: bonding.competitivenessTolerance,
      minExpectedWork: bonding.minExpectedWork,
    },
    transcoders: await readRecords(client, { chainId, round, entries: [...seated, ...waiting] }),
    position,
    isPositionUnreadable: account !== undefined && !position,
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
