import { Claim, type Part, ProtocolError, type StreamEnd } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'
import type { JobLogLine } from './jobLogLine'

/** The facts from all lines of a job's log. */
export class JobLogContent {
  readonly jobId: Hex
  readonly work: Claim.Work[] = []
  /**
   * Receipts whose Assignment is lost. The key is the first sequence number of this Assignment. No claim can contain these
   * receipts.
   */
  readonly unassigned = new Map<bigint, Claim.Work[]>()
  readonly assignments: AcceptedAssignment[] = []
  /** The keys are the claim ids. */
  readonly plannedClaims = new Map<Hex, Claim.Claim>()
  drawn: DrawnJob | undefined
  end: StreamEnd.StreamEnd | undefined
  /** The parts of the newest source segment that arrived in parts, in order. */
  begun: readonly Part.Part[] = []
  readonly #numbers = new Set<bigint>()

  constructor(jobId: Hex) {
    this.jobId = jobId
  }

  /** Adds a line of an earlier run. Throws `UnusableLineError`. */
  replay(line: JobLogLine): void {
    const jobId = jobOf(line)
    if (jobId !== undefined && jobId !== this.jobId) throw new UnusableLineError('The line belongs to another job.')
    if (!this.add(line)) throw new UnusableLineError('The line repeats an earlier line.')
  }

  /** Adds a line. Returns `false` and adds nothing when an earlier line has the same Assignment, claim, part or segment. */
  add(line: JobLogLine): boolean {
    if ('drawn' in line) this.drawn = line.drawn
    else if ('ended' in line) this.end = line.ended
    else if ('assigned' in line) return this.#addAssignment(line.assigned)
    else if ('planned' in line) return this.#addPlan(line.planned)
    else if ('begun' in line) return this.#addBegun(line.begun)
    else return this.#addWork(line.transcoded, line.fromSequence)
    return true
  }

  #addAssignment(assigned: AcceptedAssignment): boolean {
    const { fromSequence } = assigned.assignment
    if (this.#isAssigned(fromSequence)) return false
    this.assignments.push(assigned)
    this.assignments.sort((a, b) => ascending(a.assignment.fromSequence, b.assignment.fromSequence))
    for (const work of this.unassigned.get(fromSequence) ?? []) this.#insert(work)
    this.unassigned.delete(fromSequence)
    return true
  }

  #addBegun(part: Part.Part): boolean {
    const known = this.begun.filter(({ sequenceNumber }) => sequenceNumber === part.sequenceNumber)
    if (known.some(({ index }) => index === part.index)) return false
    this.begun = [...known, part]
    return true
  }

  #addPlan(plan: Claim.Claim): boolean {
    const claimId = Claim.id(plan)
    if (this.plannedClaims.has(claimId)) return false
    this.plannedClaims.set(claimId, plan)
    return true
  }

  #addWork(work: Claim.Work, fromSequence: bigint | undefined): boolean {
    const { sequenceNumber } = work.segment
    if (this.#numbers.has(sequenceNumber)) return false
    this.#numbers.add(sequenceNumber)
    if (fromSequence === undefined || this.#isAssigned(fromSequence)) this.#insert(work)
    else this.unassigned.set(fromSequence, [...(this.unassigned.get(fromSequence) ?? []), work])
    return true
  }

  #insert(work: Claim.Work): void {
    const last = this.work.at(-1)?.segment.sequenceNumber
    this.work.push(work)
    if (last !== undefined && last > work.segment.sequenceNumber)
      this.work.sort((a, b) => ascending(a.segment.sequenceNumber, b.segment.sequenceNumber))
  }

  #isAssigned(fromSequence: bigint): boolean {
    return this.assignments.some(({ assignment }) => assignment.fromSequence === fromSequence)
  }
}

const ascending = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)

function jobOf(line: JobLogLine): Hex | undefined {
  if ('drawn' in line) return line.drawn.job.jobId
  if ('assigned' in line) return line.assigned.assignment.jobId
  if ('transcoded' in line) return line.transcoded.receipt.jobId
  return 'planned' in line ? line.planned.jobId : undefined
}

export class UnusableLineError extends ProtocolError {
  override readonly name = 'JobLog.UnusableLineError'
}
