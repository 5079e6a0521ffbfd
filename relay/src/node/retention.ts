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
  claims: ClaimRunner
  /** Limit for all payloads together. Above this limit, the oldest payloads that no verdict needs are deleted. */
  maxBytes: number
}

/** Viewers can seek back at least this far, even if the periods of the chain are shorter. */
const minKeepMs = 3_600_000

/**
 * Deletes payloads, segments and logs that no verification needs, because their claim deadline, VerificationPeriod and
 * SlashingPeriod have passed. Keeps the payloads of open claims and of unclaimed work, even if they are old.
 */
export async function sweep({ client, chainId, catalogue, payloads, logs, claims, maxBytes }: RetentionOptions) {
  const olderThanMs = await keepMs({ client, chainId })
  await payloads.sweep({ olderThanMs, held: claims.held(), maxBytes })
  await catalogue.sweep(olderThanMs)
  for (const { log, isSettled } of claims.jobs) {
    const { jobId } = log
    const activeMs = logs.get(jobId)?.activeMs ?? 0
    if (!isSettled || Date.now() - activeMs < olderThanMs) continue
    claims.forget(jobId)
    await logs.remove(jobId)
  }
}

/** The longest time from a segment to its last deadline on chain, in milliseconds; at least `minKeepMs`. */
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
