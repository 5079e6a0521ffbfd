import { type Contracts, contractsOn } from '@lp/contracts/deployments'
import { type Claim, ClaimState, type Disclosure, type Job, type StreamEnd } from '@lp/contracts/protocol'
import { type Hex, isAddressEqual, type PublicClient, type TransactionReceipt } from 'viem'
import { eventPages } from '../chain/eventPages'
import { isRevert } from '../chain/revert'
import { RevertError, type Sender } from '../chain/Sender'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { AssignmentProgress } from './claimable'

/** A claim as `getClaim` returns it. */
export type ClaimRecord = ClaimState.Facts & {
  /** Wei. */
  fees: bigint
  claimBlock: bigint
  verificationRate: bigint
  blockHash: Hex
}

/** A job on chain, and its broadcaster's deposit. Amounts in wei, times in Unix seconds. */
export type JobFacts = {
  /** Whether the draw is recorded on chain. */
  drawn: boolean
  /**
   * Whether the job has the options that our log holds, and the job's draw selects us or cannot be read. A reorganisation can change
   * the options and the draw.
   */
  isOurs: boolean
  /**
   * The largest sum of fees that we can claim from our unspent part of the job's reserve. Each claim also takes the
   * broadcaster's possible fine from this part, so the sum is smaller than the part. No other transcoder can spend
   * our part.
   */
  reserve: bigint
  /** The broadcaster's free deposit. The broadcaster can withdraw it at any time. */
  deposit: bigint
  jobBlock: bigint
  endBlock: bigint
  jobTime: bigint
  /** First block in which it is too late to claim work of the job. */
  claimDeadline: bigint
}

/** The facts of a job that a reorganisation has removed permanently. */
export const missingJob: JobFacts = {
  drawn: false,
  isOurs: false,
  reserve: 0n,
  deposit: 0n,
  jobBlock: 0n,
  endBlock: 0n,
  jobTime: 0n,
  claimDeadline: 0n,
}

/**
 * The contract calls by which a transcoder gets its fees. It is not an error if another account has already made the same
 * call.
 */
export class ClaimsChain {
  readonly #client: PublicClient
  readonly #sender: Sender
  readonly #contracts: Contracts

  constructor({ client, sender, chainId }: { client: PublicClient; sender: Sender; chainId: number }) {
    this.#client = client
    this.#sender = sender
    this.#contracts = contractsOn(chainId)
  }

  /**
   * Reads the job as of one block, because the reserve changes with each claim. `undefined` when the block that held the job was
   * replaced, and no other block holds the job.
   */
  async job({ jobId, optionsHash }: Job.Job, blockNumber: bigint): Promise<JobFacts | undefined> {
    const { jobsManager } = this.#contracts
    const at = { ...jobsManager, blockNumber }
    const job = await this.#client
      .readContract({ ...at, functionName: 'getJob', args: [jobId] })
      .catch(unlessReverted('UnknownJob'))
    if (!job) return undefined
    const args = [job.broadcaster] as const
    const [{ deposit }, part, candidates] = await Promise.all([
      this.#client.readContract({ ...at, functionName: 'getBroadcaster', args }),
      this.#client.readContract({ ...at, functionName: 'reserveOf', args: [jobId, this.#sender.address] }),
      this.#client
        .readContract({ ...at, functionName: 'candidates', args: [jobId] })
        .catch(unlessReverted('NotYetDrawable', 'HashUnavailable', 'DrawTooLate')),
    ])
    const isAmong = candidates?.some((address) => isAddressEqual(address, this.#sender.address)) ?? true
    // A claim also puts a fine of the broadcaster into escrow. If the fees of our claims spent the whole part, nothing
    // would be left for the fines of the last claims.
    const reserve = (part * 100n) / (100n + job.inputFinePercent)
    return { ...job, isOurs: isAmong && job.optionsHash === optionsHash, reserve, deposit }
  }

  /** Unix time of a block, in seconds. */
  async timestamp(blockNumber: bigint): Promise<bigint> {
    return (await this.#client.getBlock({ blockNumber })).timestamp
  }

  async assignmentProgress({ assignment }: AcceptedAssignment, blockNumber: bigint): Promise<AssignmentProgress> {
    const { jobId, transcoder, renditionKey, fromSequence } = assignment
    const { claimsManager } = this.#contracts
    const [progress, handoverAfter] = await Promise.all([
      this.#client.readContract({
        ...{ ...claimsManager, functionName: 'getAssignment' },
        ...{ args: [jobId, transcoder, renditionKey, fromSequence], blockNumber },
      }),
      this.#client.readContract({
        ...{ ...claimsManager, functionName: 'handoverAfter' },
        ...{ args: [jobId, transcoder, fromSequence], blockNumber },
      }),
    ])
    return { ...progress, handoverAfter }
  }

  async claimRecord(claimId: Hex, blockNumber: bigint): Promise<ClaimRecord> {
    const call = { functionName: 'getClaim', args: [claimId], blockNumber } as const
    return ClaimState.fromChain(await this.#client.readContract({ ...this.#contracts.claimsManager, ...call }))
  }

  /** Whether we were slashed for an offence in the job. If so, the job pays us nothing more. */
  isExpelled(jobId: Hex, blockNumber: bigint): Promise<boolean> {
    const call = { functionName: 'isExpelled', args: [jobId, this.#sender.address], blockNumber } as const
    return this.#client.readContract({ ...this.#contracts.claimsManager, ...call })
  }

  /** Why a claim was refunded, read from the event of the refund; `undefined` when the RPC no longer has the event. */
  async refundReason(
    claimId: Hex,
    { claimBlock }: ClaimRecord,
    block: bigint,
  ): Promise<ClaimState.RefundReason | undefined> {
    const call = {
      ...this.#contracts.claimsManager,
      eventName: 'ClaimRefunded',
      args: { claimId },
      strict: true,
    } as const
    const pages = eventPages(this.#client, {
      ...{ fromBlock: claimBlock, toBlock: block },
      read: (range) => this.#client.getContractEvents({ ...call, ...range }),
    })
    for await (const {
      result: [refunded],
    } of pages)
      if (refunded) return ClaimState.refundReasonOf(refunded.args.reason)
    return undefined
  }

  /** Whether a challenged segment was disclosed, as of the newest block. */
  async isDisclosed(claimId: Hex, sequenceNumber: bigint): Promise<boolean> {
    const { verifier } = await this.#client.readContract({
      ...{ ...this.#contracts.claimsManager, functionName: 'getRequest' },
      args: [claimId, sequenceNumber],
    })
    return BigInt(verifier) !== 0n
  }

  /** The fees that we have earned and not withdrawn, in wei, as of the newest block. */
  earnings(): Promise<bigint> {
    const args = [this.#sender.address] as const
    return this.#client.readContract({ ...this.#contracts.jobsManager, functionName: 'earnings', args })
  }

  /**
   * Whether a draw that is not recorded must be recorded soon. The chain can compute a draw only in the job's round and the next
   * round, and only while the randomness contract can read the hash of the draw's block. Resolves with `true` after the job's
   * round, or after half of the blocks for which the hash can be read. The remaining time is enough to record the draw.
   */
  async isDrawExpiring({ jobBlock }: JobFacts, block: bigint): Promise<boolean> {
    const { roundsManager, randomness } = this.#contracts
    const at = { ...roundsManager, functionName: 'roundInForceAt', blockNumber: block } as const
    const [then, now, reach] = await Promise.all([
      this.#client.readContract({ ...at, args: [jobBlock] }),
      this.#client.readContract({ ...at, args: [block] }),
      this.#client.readContract({ ...randomness, functionName: 'reach' }),
    ])
    return now > then || block >= jobBlock + reach / 2n
  }

  drawCandidates(jobId: Hex) {
    return this.#sender.send({ ...this.#contracts.jobsManager, functionName: 'drawCandidates', args: [jobId] })
  }

  endJob(jobId: Hex, { lastSequenceNumber, signature }: StreamEnd.StreamEnd) {
    const args = [jobId, lastSequenceNumber, signature] as const
    return unless('JobOver', this.#sender.send({ ...this.#contracts.jobsManager, functionName: 'endJob', args }))
  }

  /** Ends the job as the job's transcoder, without the broadcaster's signed end. */
  endAbandonedJob({ assignment: { jobId, renditionKey, fromSequence } }: AcceptedAssignment) {
    const args = [jobId, renditionKey, fromSequence] as const
    return unless('JobOver', this.#sender.send({ ...this.#contracts.jobsManager, functionName: 'endJob', args }))
  }

  showAssignment({ acceptance, assignment }: AcceptedAssignment) {
    const args = [assignment, acceptance.fromSequence, acceptance.signature, assignment.signature] as const
    const call = { ...this.#contracts.claimsManager, functionName: 'showAssignment', args } as const
    return unless('AlreadyShown', this.#sender.send(call))
  }

  /**
   * Simulates `claimWork` on the state of the block `blockNumber`. The claim must be made from the facts of this block. Throws
   * `RevertError` if the call would revert.
   */
  tryClaim(claim: Claim.Claim, assigned: AcceptedAssignment, blockNumber: bigint): Promise<void> {
    return this.#sender.simulate(this.#claimWork(claim, assigned), blockNumber)
  }

  claimWork(claim: Claim.Claim, assigned: AcceptedAssignment): Promise<TransactionReceipt> {
    return this.#sender.send(this.#claimWork(claim, assigned))
  }

  sealChallenges(claim: Claim.Claim) {
    const call = { ...this.#contracts.claimsManager, functionName: 'sealChallenges', args: [claim] } as const
    return unless('AlreadySealed', this.#sender.send(call))
  }

  disclose(claim: Claim.Claim, disclosure: Disclosure.Disclosure) {
    const call = { ...this.#contracts.claimsManager, functionName: 'verify', args: [claim, disclosure] } as const
    return unless('AlreadyRequested', this.#sender.send(call))
  }

  /**
   * Collects the fees of all these claims in one transaction. The contract skips claims that are already paid or
   * refunded, and refunds claims of an expelled transcoder. If one of the other claims cannot be paid yet, the whole
   * transaction reverts.
   */
  distributeFees(claims: readonly Claim.Claim[]) {
    const call = { ...this.#contracts.claimsManager, functionName: 'distributeFees', args: [claims] } as const
    return unless('WrongState', this.#sender.send(call))
  }

  withdrawFees() {
    return unless(
      'ZeroAmount',
      this.#sender.send({ ...this.#contracts.jobsManager, functionName: 'withdrawFees', args: [] }),
    )
  }

  #claimWork(claim: Claim.Claim, { acceptance, assignment }: AcceptedAssignment) {
    const args = [claim, acceptance.fromSequence, acceptance.signature, assignment.signature] as const
    return { ...this.#contracts.claimsManager, functionName: 'claimWork', args } as const
  }
}

/** For `catch`: returns `undefined` if the call reverted with one of these errors, and throws all other errors. */
const unlessReverted =
  (...errorNames: readonly string[]) =>
  (error: unknown): undefined => {
    if (!errorNames.some((errorName) => isRevert(error, errorName))) throw error
  }

/** Resolves with `undefined` when another account has already made the same call. */
const unless = (errorName: string, sent: Promise<TransactionReceipt>): Promise<TransactionReceipt | undefined> =>
  sent.catch((error) => {
    if (error instanceof RevertError && error.errorName === errorName) return undefined
    throw error
  })
