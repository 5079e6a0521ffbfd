import { contractsOn } from '@lp/contracts/deployments'
import { ServiceUri } from '@lp/contracts/protocol'
import { readEvents } from 'lp-relay'
import type { Address, PublicClient } from 'viem'
import { multicallOptions } from '../chain/multicallOptions'
import { readable } from '../chain/readable'
import { kindsOf, readFailures } from './readFailures'
import { readSlashings } from './readSlashings'
import { recentFrom } from './recent'
import * as Slashing from './Slashing'
import type { TimedRound } from './TimedRound'
import { standingOf, type Transcoder } from './Transcoder'

/** An entry of the transcoder pool or of the waitlist. */
export type PoolEntry = {
  transcoder: Address
  stake: bigint
  pricePerUnit: bigint
  available: boolean
  blockRewardCut: bigint
  feeShare: bigint
  seated: boolean
  active: boolean
}

/**
 * Adds to each pool entry the record by which delegators judge the transcoder. Reads the state of the clock's block. A field that cannot
 * be read is undefined.
 */
export async function readRecords(
  client: PublicClient,
  { chainId, round, entries }: { chainId: number; round: TimedRound; entries: readonly PoolEntry[] },
): Promise<Transcoder[]> {
  const { bondingManager, claimsManager, serviceRegistry } = contractsOn(chainId)
  const blockNumber = round.clock.block
  const at = { ...multicallOptions, allowFailure: true, blockNumber } as const
  const recent = { fromBlock: recentFrom(round.clock), toBlock: blockNumber }
  const [uris, missed, checks, work, rewards, slashings] = await Promise.all([
    client.multicall({
      ...at,
      contracts: entries.map(
        ({ transcoder }) => ({ ...serviceRegistry, functionName: 'getServiceURI', args: [transcoder] }) as const,
      ),
    }),
    client.multicall({
      ...at,
      contracts: entries.map(
        ({ transcoder }) => ({ ...bondingManager, functionName: 'missedRewards', args: [transcoder] }) as const,
      ),
    }),
    client.multicall({
      ...at,
      contracts: entries.map(
        ({ transcoder }) => ({ ...claimsManager, functionName: 'verificationsOf', args: [transcoder] }) as const,
      ),
    }),
    client.multicall({
      ...at,
      contracts: entries.map(
        ({ transcoder }) => ({ ...bondingManager, functionName: 'competitiveness', args: [transcoder] }) as const,
      ),
    }),
    readable(
      readEvents(client, {
        ...{ fromBlock: round.startBlock, toBlock: blockNumber },
        read: (range) =>
          client.getContractEvents({ ...bondingManager, eventName: 'Reward', args: { round: round.number }, ...range }),
      }),
    ),
    readable(readSlashings(client, { chainId, ...recent })),
  ])
  const failing = entries.flatMap(({ transcoder }, index) =>
    (checks[index]?.result?.[0] ?? 0n) > 0n ? [transcoder] : [],
  )
  const failed = await readable(readFailures(client, { chainId, transcoders: failing, ...recent }))
  const rewarded = rewards && new Set(rewards.map(({ args }) => args.transcoder))
  const hasRewards = round.initializedRounds > 0n && round.initialized
  return entries.map((transcoder, index) => {
    const missedRewards = missed[index]?.result
    const [failures, verdicts] = checks[index]?.result?.map(Number) ?? []
    const [done, expected] = work[index]?.result ?? []
    return {
      address: transcoder.transcoder,
      relay: ServiceUri.fromText(uris[index]?.result ?? ''),
      stake: transcoder.stake,
      pricePerUnit: transcoder.pricePerUnit,
      blockRewardCut: transcoder.blockRewardCut,
      feeShare: transcoder.feeShare,
      isAvailable: transcoder.available,
      standing: standingOf(transcoder),
      hasRewarded: hasRewards && transcoder.active ? rewarded?.has(transcoder.transcoder) : undefined,
      missedRewards: missedRewards === undefined ? undefined : Number(missedRewards),
      checks:
        failures === undefined || verdicts === undefined
          ? undefined
          : { failures, verdicts, ...kindsOf(failed ?? [], { transcoder: transcoder.transcoder, failures }) },
      work: done === undefined || expected === undefined ? undefined : { done, expected },
      slashed: slashings && Slashing.totalsOf(slashings.filter((one) => one.transcoder === transcoder.transcoder)),
    }
  })
}
