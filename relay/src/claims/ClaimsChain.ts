import { type Contracts, contractsOn } from '@lp/contracts/deployments'
import { Claim, ClaimState, type Disclosure, type Job, type StreamEnd } from '@lp/contracts/protocol'
import { type Hex, isAddressEqual, type PublicClient, type TransactionReceipt } from 'viem'
import { isRevert } from '../chain/revert'
import { RevertError, type Sender } from '../chain/Sender'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { AssignmentProgress } from './claimable'

/** What `getClaim` says of a claim. */
export type ClaimRecord = ClaimState.Facts & {
  /** Wei. */
  fees: bigint
  claimBlock: bigint
  verificationRate: bigint
  blockHash: Hex
}

/** What the chain says of a job and of its broadcaster's money. Wei, blocks, seconds. */
export type JobStanding = {
  /** Whether the draw is recorded. */
  drawn: boolean
  /** It asks for what it asked for, and we are among the drawn, or nobody can say yet who is. A replaced block can end both. */
  isOurs: boolean
  reserve: bigint
  /** Free: its broadcaster may withdraw it. */
  deposit: bigint
  jobBlock: bigint
  endBlock: bigint
  jobTime: bigint
  /** First block in which nothing of the job can be claimed any more. */
  claimDeadline: bigint
}

/** A job that no block holds any more, nor will. */
export const undone: JobStanding = {
  drawn: false,
  isOurs: false,
  reserve: 0n,
  deposit: 0n,
  jobBlock: 0n,
  endBlock: 0n,
  jobTime: 0n,
  claimDeadline: 0n,
}

/** Blocks that public nodes answer for in one query of events. */
const maxBlockRange = 1_000n

/** The contracts as whoever is paid for a job sees them. Calls that somebody else has made already are no errors. */
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
   * As of a block, as all that is read here: a claim and what it left of the reserve belong together. `undefined` when the
   * block that held the job was replaced, and no other holds it.
   */
  async job({ jobId, optionsHash }: Job.Job, blockNumber: bigint): Promise<JobStanding | undefined> {
    const { jobsManager } = this.#contracts
    const at = { ...jobsManager, blockNumber }
    const job = await this.#client
      .readContract({ ...at, functionName: 'getJob', args: [jobId] })
      .catch(unlessReverted('UnknownJob'))
    if (!job) return undefined
    const args = [job.broadcaster] as const
    const [{ deposit }, candidates] = await Promise.all([
      this.#client.readContract({ ...at, functionName: 'getBroadcaster', args }),
      this.#client
        .readContract({ ...at, functionName: 'candidates', args: [jobId] })
        .catch(unlessReverted('NotYetDrawable', 'HashUnavailable', 'DrawTooLate')),
    ])
    const isAmong = candidates?.some((address) => isAddressEqual(address, this.#sender.address)) ?? true
    return { ...job, isOurs: isAmong && job.optionsHash === optionsHash, deposit }
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

  /** Why a claim was refunded, by the event that said so; `undefined` when the node knows it no more. */
  async refundReason(
    claimId: Hex,
    { claimBlock }: ClaimRecord,
    block: bigint,
  ): Promise<ClaimState.RefundReason | undefined> {
    for (let fromBlock = claimBlock; fromBlock <= block; fromBlock += maxBlockRange) {
      const last = fromBlock + maxBlockRange - 1n
      const [refunded] = await this.#client.getContractEvents({
        ...{ ...this.#contracts.claimsManager, eventName: 'ClaimRefunded', args: { claimId }, strict: true },
        ...{ fromBlock, toBlock: last < block ? last : block },
      })
      if (refunded) return ClaimState.refundReasonOf(refunded.args.reason)
    }
    return undefined
  }

  /** Whether a challenged segment was disclosed. */
  async isDisclosed(claimId: Hex, sequenceNumber: bigint): Promise<boolean> {
    const { verifier } = await this.#client.readContract({
      ...{ ...this.#contracts.claimsManager, functionName: 'getRequest' },
      args: [Claim.requestId(claimId, sequenceNumber)],
    })
    return BigInt(verifier) !== 0n
  }

  /** Wei that we have earned and not withdrawn. */
  earnings(): Promise<bigint> {
    const args = [this.#sender.address] as const
    return this.#client.readContract({ ...this.#contracts.jobsManager, functionName: 'earnings', args })
  }

  /**
   * Whether a draw that is not recorded should be: the pool is remembered for the job's round and the next, the block hash
   * as far as the randomness reaches. Whoever acts when half of that is over has the other half to do it.
   */
  async isDrawFading({ jobBlock }: JobStanding, block: bigint): Promise<boolean> {
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

  /** Ends the job as its transcoder. */
  giveUp({ assignment: { jobId, renditionKey, fromSequence } }: AcceptedAssignment) {
    const args = [jobId, renditionKey, fromSequence] as const
    return unless('JobOver', this.#sender.send({ ...this.#contracts.jobsManager, functionName: 'endJob', args }))
  }

  showAssignment({ acceptance, assignment }: AcceptedAssignment) {
    const args = [assignment, acceptance.fromSequence, acceptance.signature, assignment.signature] as const
    const call = { ...this.#contracts.claimsManager, functionName: 'showAssignment', args } as const
    return unless('AlreadyShown', this.#sender.send(call))
  }

  /** Throws `RevertError` where `claimWork` would refuse on top of a block: the one that the claim was made from. */
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

  /** All or none of them. */
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

/** `undefined` for these refusals; any other failure goes on. */
const unlessReverted =
  (...errorNames: readonly string[]) =>
  (error: unknown): undefined => {
    if (!errorNames.some((errorName) => isRevert(error, errorName))) throw error
  }

/** Anybody may do these; whoever was first has done it for us. */
const unless = (errorName: string, sent: Promise<TransactionReceipt>): Promise<TransactionReceipt | undefined> =>
  sent.catch((error) => {
    if (error instanceof RevertError && error.errorName === errorName) return undefined
    throw error
  })
