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
  /** Limit for all payloads together. Above it, `sweep` deletes the oldest payloads that neither open claims nor unclaimed work need. */
  maxBytes: number
}

/** Payloads, streams and logs are kept at least this long, even if the periods of the chain are shorter. Exception: `maxBytes`. */
const minKeepMs = 3_600_000

/**
 * Deletes payloads, streams and logs that no verification needs, because their claim deadline, VerificationPeriod and SlashingPeriod have
 * passed. Above `maxBytes`, also deletes the oldest other payloads. Always keeps the payloads of open claims and of unclaimed work.
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
