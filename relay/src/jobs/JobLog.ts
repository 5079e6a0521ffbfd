import type { Claim, StreamEnd } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'
import { Log } from '../storage/Log'

type Line =
  | { drawn: DrawnJob }
  | { given: AcceptedAssignment }
  | { plan: Claim.Claim }
  | { end: StreamEnd.StreamEnd }
  | Claim.Work

/** One job's file: all that the relay needs to be paid for its work. Each line is on disk before anybody is told of it. */
export class JobLog {
  readonly jobId: Hex
  readonly #log: Log
  readonly #work: Claim.Work[] = []
  readonly #assignments: AcceptedAssignment[] = []
  readonly #plannedClaims: Claim.Claim[] = []
  #drawn: DrawnJob | undefined
  #end: StreamEnd.StreamEnd | undefined
  #activeMs: number
  #heardMs = Date.now()

  private constructor(jobId: Hex, log: Log) {
    this.jobId = jobId
    this.#log = log
    this.#activeMs = log.modifiedMs
  }

  static async open({ jobId, path }: { jobId: Hex; path: string }): Promise<JobLog> {
    const lines: Line[] = []
    const log = new JobLog(jobId, await Log.open(path, (line) => lines.push(decode(line))))
    for (const line of lines) log.#apply(line)
    return log
  }

  /** The job and its options; `undefined` before the first draw that named us. */
  get drawn(): DrawnJob | undefined {
    return this.#drawn
  }

  /** All Assignments of the job to us, oldest first. Each begins after all work under the one before. */
  get assignments(): readonly AcceptedAssignment[] {
    return this.#assignments
  }

  /** In the order of their sequence numbers. */
  get work(): readonly Claim.Work[] {
    return this.#work
  }

  get lastWork(): Claim.Work | undefined {
    return this.#work.at(-1)
  }

  /** The claims that were decided, oldest first. Only the chain tells which of them were made. */
  get plannedClaims(): readonly Claim.Claim[] {
    return this.#plannedClaims
  }

  get end(): StreamEnd.StreamEnd | undefined {
    return this.#end
  }

  /** Unix time of the last write, in milliseconds. */
  get activeMs(): number {
    return this.#activeMs
  }

  /** Unix time of the last segment or Assignment, or of the opening of the log, in milliseconds. */
  get heardMs(): number {
    return this.#heardMs
  }

  workOn(sequenceNumber: bigint): Claim.Work | undefined {
    return this.#work.find(({ segment }) => segment.sequenceNumber === sequenceNumber)
  }

  /** The Assignment under which a segment was transcoded. */
  assignmentOf(sequenceNumber: bigint): AcceptedAssignment | undefined {
    return this.#assignments.findLast(({ assignment }) => assignment.fromSequence <= sequenceNumber)
  }

  /** Resolves when it is on disk. Throws `Log.WriteError`, as the four methods below do. */
  recordDraw(drawn: DrawnJob): Promise<void> {
    return this.#write({ drawn })
  }

  recordAssignment(given: AcceptedAssignment): Promise<void> {
    return this.#write({ given })
  }

  recordWork(work: Claim.Work): Promise<void> {
    return this.#write(work)
  }

  recordPlan(plan: Claim.Claim): Promise<void> {
    return this.#write({ plan })
  }

  recordEnd(end: StreamEnd.StreamEnd): Promise<void> {
    return this.#write({ end })
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  async #write(line: Line): Promise<void> {
    await this.#log.append(encode(line))
    this.#activeMs = Date.now()
    if ('receipt' in line || 'given' in line) this.#heardMs = this.#activeMs
    this.#apply(line)
  }

  #apply(line: Line) {
    if ('drawn' in line) this.#drawn = line.drawn
    else if ('given' in line) this.#assignments.push(line.given)
    else if ('plan' in line) this.#plannedClaims.push(line.plan)
    else if ('end' in line) this.#end = line.end
    else this.#work.push(line)
  }
}

const bigints = new Set([
  ...['sequenceNumber', 'startTimeMs', 'fromSequence', 'lastSequenceNumber', 'first', 'last'],
  ...['pricePerUnit', 'unitsPerSecond', 'jobBlock', 'endBlock', 'durationMs'],
])
const encode = (line: Line) =>
  JSON.stringify(line, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
const decode = (line: string): Line =>
  // A claim's duration is a bigint, and was written as a string; a segment's is a number.
  JSON.parse(line, (key, value) => (typeof value === 'string' && bigints.has(key) ? BigInt(value) : value)) as Line
