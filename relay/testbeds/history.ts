import { Claim, Recipe, type TranscodingOptions } from '@lp/contracts/protocol'
import { type Hex, keccak256, toHex } from 'viem'
import type { AssignmentProgress } from '../src/claims/claimable'
import type { AcceptedAssignment } from '../src/records/AcceptedAssignment'

export const options: TranscodingOptions.TranscodingOptions = {
  ...{ width: 640, height: 360, fps: 30 },
  renditions: [
    { height: 240, bitrate: 400_000 },
    { height: 120, bitrate: 100_000 },
  ],
}
export const jobId = keccak256('0x01')
export const transcoder = '0x1111111111111111111111111111111111111111'
export const renditionKey = '0x2222222222222222222222222222222222222222'
const streamId: Hex = `0x${'33'.repeat(32)}`
const signature: Hex = `0x${'44'.repeat(65)}`

export function assignmentFrom(fromSequence: bigint, job: Hex = jobId): AcceptedAssignment {
  const terms = { jobId: job, streamId, renditionKey, fromSequence, signature } as const
  return { acceptance: terms, assignment: { ...terms, transcoder } }
}

/** The receipt of a segment. Its quantisers follow from `before`, the previous receipt under the same Assignment. */
export function workAfter(
  before: Claim.Work | undefined,
  {
    sequenceNumber,
    durationMs = 2_000,
    bits = 400_000,
    jobId: job = jobId,
  }: { sequenceNumber: bigint; durationMs?: number; bits?: number; jobId?: Hex },
): Claim.Work {
  const dataHash = keccak256(toHex(sequenceNumber))
  const outputs = options.renditions.map(({ bitrate }, index) => {
    const last = before?.outputs[index]
    const targetBits = before && Recipe.targetBits(bitrate, before.segment.durationMs)
    const qp = last && targetBits ? Recipe.nextQp({ ...last, targetBits }) : Recipe.qp0(options, index)
    return { dataHash, canonicalHash: dataHash, qp, bits: bits + index }
  })
  const transcodedDataHash = Recipe.transcodedDataHash(outputs)
  const receipt = { jobId: job, streamId, sequenceNumber, dataHash, transcodedDataHash, signature }
  const segment = { streamId, sequenceNumber, startTimeMs: 0n, durationMs, dataHash, signature }
  return { receipt: { ...receipt, broadcasterSignature: signature }, segment, outputs }
}

/** A model of the rules by which the ClaimsManager accepts claims and the disclosures of their segments. */
export class ModelChain {
  readonly claimed = new Set<bigint>()
  readonly claims: { claim: Claim.Claim; work: readonly Claim.Work[] }[] = []
  readonly #handovers: bigint[] = []
  readonly #progress = new Map<bigint, AssignmentProgress>()

  progress(fromSequence: bigint): AssignmentProgress {
    const later = this.#handovers.filter((from) => from > fromSequence).sort((a, b) => Number(a - b))
    const handoverAfter = later[0] ?? 2n ** 64n - 1n
    const none = { shown: false, lastClaimPrefix: Claim.noPrefix, lastSequenceNumber: 0n, claimedMs: 0n }
    return { ...none, ...this.#progress.get(fromSequence), handoverAfter }
  }

  /** Shows on chain the Assignment that starts with this segment. */
  show(fromSequence: bigint) {
    this.#handovers.push(fromSequence)
  }

  /**
   * Accepts a claim if the contract would accept the claim and the disclosure of each segment. For any other claim, throws an error with the
   * name of the contract's error.
   */
  claim(claim: Claim.Claim, { work, id }: { work: readonly Claim.Work[]; id: Hex }) {
    const progress = this.progress(claim.fromSequence)
    if (Claim.prefixOf(claim.previousClaimId) !== progress.lastClaimPrefix) throw new ModelError('WrongPreviousClaim')
    const isNext = progress.lastClaimPrefix !== Claim.noPrefix
    const numbers = work.map(({ segment }) => segment.sequenceNumber)
    let min = isNext ? progress.lastSequenceNumber + 1n : claim.fromSequence
    for (const number of numbers) {
      if (number < min) throw new ModelError('RangeOutOfOrder')
      if (number >= progress.handoverAfter) throw new ModelError('AssignedToSuccessor')
      if (this.claimed.has(number)) throw new ModelError(`AlreadyClaimed ${number}`)
      min = number + 1n
    }
    let before = isNext ? this.#claimEndingAt(progress.lastSequenceNumber) : undefined
    for (const done of work) {
      const { sequenceNumber } = done.segment
      const due = workAfter(before, { sequenceNumber }).outputs.map(({ qp }) => qp)
      if (done.outputs.some(({ qp }, index) => qp !== due[index])) throw new ModelError(`WrongQp ${sequenceNumber}`)
      before = done
    }
    for (const number of numbers) this.claimed.add(number)
    this.claims.push({ claim, work })
    if (!this.#handovers.includes(claim.fromSequence)) this.show(claim.fromSequence)
    const claimedMs = progress.claimedMs + claim.durationMs
    const last = numbers.at(-1) as bigint
    this.#progress.set(claim.fromSequence, {
      ...progress,
      shown: true,
      lastClaimPrefix: Claim.prefixOf(id),
      lastSequenceNumber: last,
      claimedMs,
    })
  }

  #claimEndingAt(sequenceNumber: bigint): Claim.Work | undefined {
    return this.claims.flatMap(({ work }) => work).find(({ segment }) => segment.sequenceNumber === sequenceNumber)
  }
}

class ModelError extends Error {
  override readonly name = 'ModelError'
}
