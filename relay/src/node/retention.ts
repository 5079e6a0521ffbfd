import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import { blockSeconds } from '../chain/blockSeconds'
import type { ClaimRunner } from '../claims/ClaimRunner'
import type { JobLogs } from '../jobs/JobLogs'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'

export type RetentionOptions = {
  client: PublicClient
  chainId: number
  catalogue: Catalogue
  payloads: PayloadStore
  logs: JobLogs
  runner: ClaimRunner
  /** Of all payloads together; above it, the oldest go that nobody has to judge. */
  maxBytes: number
}

/** Viewers go back at least so far, however short the periods of the chain are. */
const minKeepMs = 3_600_000

/**
 * Deletes what nobody may ask for any more: VerificationPeriod and SlashingPeriod after the last moment at which it could
 * be claimed. What an open claim, or work that can still be claimed, rests on stays, however old it is.
 */
export async function sweep({ client, chainId, catalogue, payloads, logs, runner, maxBytes }: RetentionOptions) {
  const olderThanMs = await keepMs({ client, chainId })
  await payloads.sweep({ olderThanMs, held: runner.held(), maxBytes })
  await catalogue.sweep(olderThanMs)
  for (const { log, isSettled } of runner.jobs) {
    if (!isSettled || Date.now() - log.activeMs < olderThanMs) continue
    runner.forget(log.jobId)
    await logs.remove(log.jobId)
  }
}

/** The chain's deadlines after a segment, in the time that its blocks take. */
async function keepMs({ client, chainId }: Pick<RetentionOptions, 'client' | 'chainId'>): Promise<number> {
  const { claimsManager, jobsManager } = contractsOn(chainId)
  const [seconds = 0, terms, { claimDeadlineBlocks }] = await Promise.all([
    blockSeconds(client),
    client.readContract({ ...claimsManager, functionName: 'parameters' }),
    client.readContract({ ...jobsManager, functionName: 'parameters' }),
  ])
  const blocks = claimDeadlineBlocks + terms.verificationPeriodBlocks + terms.slashingPeriodBlocks
  return Math.max(minKeepMs, Number(blocks) * seconds * 1_000)
}
