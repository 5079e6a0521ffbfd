import { type Claim, type Part, ProtocolError, type StreamEnd } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'
import { lastProvable } from '../records/provable'
import { LineLog } from '../storage/LineLog'
import { JobLogContent } from './JobLogContent'
import { decodeEntry, encodeEntry, type JobLogLine, version } from './jobLogLine'

export type JobLogOptions = {
  jobId: Hex
  path: string
  /** Called when lines of the log are damaged, or the Assignment of some receipts is lost. */
  onFault(fault: Error): void
}

/**
 * The log of one job, in one file. It has all facts that the relay needs to get its fees. A fact is on disk before other code of
 * the relay uses it.
 */
export class JobLog {
  readonly jobId: Hex
  readonly #log: LineLog
  readonly #content: JobLogContent
  #activeMs: number
  #heardMs = Date.now()

  private constructor(content: JobLogContent, log: LineLog) {
    this.jobId = content.jobId
    this.#content = content
    this.#log = log
    this.#activeMs = log.modifiedMs
  }

  /** Throws `NewerVersionError`. */
  static async open({ jobId, path, onFault }: JobLogOptions): Promise<JobLog> {
    const content = new JobLogContent(jobId)
    const log = await LineLog.open({ path, version, onLine: (line) => content.replay(decodeEntry(line)), onFault })
    for (const [fromSequence, receipts] of content.unassigned)
      onFault(new LostAssignmentError({ jobId, fromSequence, receipts: receipts.length }))
    return new JobLog(content, log)
  }

  /** The job and its options; `undefined` when the log holds no draw of this transcoder. */
  get drawn(): DrawnJob | undefined {
    return this.#content.drawn
  }

  /**
   * All Assignments of the job to this transcoder, oldest first. Each Assignment begins after all work under the previous
   * Assignment.
   */
  get assignments(): readonly AcceptedAssignment[] {
    return this.#content.assignments
  }

  /** The transcoded segments with their receipts, in the order of their sequence numbers. */
  get work(): readonly Claim.Work[] {
    return this.#content.work
  }

  get lastWork(): Claim.Work | undefined {
    return this.work.at(-1)
  }

  /** The planned claims, oldest first. Only the chain shows whether a planned claim was made. */
  get plannedClaims(): readonly Claim.Claim[] {
    return [...this.#content.plannedClaims.values()]
  }

  get end(): StreamEnd.StreamEnd | undefined {
    return this.#content.end
  }

  /**
   * The parts of the newest source segment that arrived in parts, in order. From these parts, the relay makes and publishes parts of the
   * renditions.
   */
  get begun(): readonly Part.Part[] {
    return this.#content.begun
  }

  /** The first sequence number of each Assignment that the log has lost, although the log still has receipts under this Assignment. */
  get lostAssignments(): readonly bigint[] {
    return [...this.#content.unassigned.keys()]
  }

  /** The newest segment whose receipt a claim can contain. The quantisers of the next segment follow from this receipt. */
  get lastProvableWork(): Claim.Work | undefined {
    const { work, plannedClaims, drawn } = this
    const fromSequence = this.assignments.at(-1)?.assignment.fromSequence ?? 0n
    return drawn && lastProvable({ work, plannedClaims, options: drawn.options, fromSequence })
  }

  /** Whether the job was never assigned to this transcoder. */
  get isUnassigned(): boolean {
    const { assignments, unassigned, work, plannedClaims } = this.#content
    return assignments.length + unassigned.size + work.length + plannedClaims.size === 0
  }

  /** Unix time of the last write, in milliseconds. */
  get activeMs(): number {
    return this.#activeMs
  }

  /**
   * Unix time in milliseconds of the last segment or Assignment that this run recorded. Before the first such record: the time at
   * which the log was opened.
   */
  get heardMs(): number {
    return this.#heardMs
  }

  workOn(sequenceNumber: bigint): Claim.Work | undefined {
    return this.work.find(({ segment }) => segment.sequenceNumber === sequenceNumber)
  }

  /** The Assignment under which a segment was transcoded. */
  assignmentOf(sequenceNumber: bigint): AcceptedAssignment | undefined {
    return this.assignments.findLast(({ assignment }) => assignment.fromSequence <= sequenceNumber)
  }

  /** This method and the five methods below resolve when the line is on disk. They reject with `LineLog.WriteError`. */
  recordDraw(drawn: DrawnJob): Promise<void> {
    return this.#write({ drawn })
  }

  recordAssignment(assigned: AcceptedAssignment): Promise<void> {
    return this.#write({ assigned })
  }

  /** `fromSequence`: the first sequence number of the Assignment under which the segment was transcoded. */
  recordWork(work: Claim.Work, fromSequence: bigint | undefined): Promise<void> {
    return this.#write({ transcoded: work, fromSequence })
  }

  recordPlan(planned: Claim.Claim): Promise<void> {
    return this.#write({ planned })
  }

  recordBegun(begun: Part.Part): Promise<void> {
    return this.#write({ begun })
  }

  recordEnd(ended: StreamEnd.StreamEnd): Promise<void> {
    return this.#write({ ended })
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  async #write(line: JobLogLine): Promise<void> {
    await this.#log.append(encodeEntry(line))
    this.#activeMs = Date.now()
    if ('transcoded' in line || 'assigned' in line) this.#heardMs = this.#activeMs
    this.#content.add(line)
  }
}

export class LostAssignmentError extends ProtocolError {
  override readonly name = 'JobLog.LostAssignmentError'
  constructor({ jobId, fromSequence, receipts }: { jobId: Hex; fromSequence: bigint; receipts: number }) {
    super('The log of a job has lost an Assignment. The receipts under this Assignment cannot be claimed.', {
      details: [`Job: ${jobId}`, `First segment of the Assignment: ${fromSequence}`, `Receipts: ${receipts}`],
    })
  }
}
