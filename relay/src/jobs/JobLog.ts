import type { Acceptance, Assignment, Claim, StreamEnd } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { Log } from '../storage/Log'
import type { DrawnJob } from './JobWatcher'

/** All that a claim, and the proof of any segment of it, will need. */
export type Entry = Claim.Work

/** What the stream key gave us, and the acceptance that it answered. */
export type Given = { acceptance: Acceptance.Acceptance; assignment: Assignment.Assignment }

type Line = { drawn: DrawnJob } | { given: Given } | { plan: Claim.Claim } | { end: StreamEnd.StreamEnd } | Entry

/** One job's file: whatever is needed to be paid for its work, on disk before anyone is told. */
export class JobLog {
  readonly jobId: Hex
  readonly #log: Log
  readonly #entries: Entry[] = []
  readonly #given: Given[] = []
  readonly #plans: Claim.Claim[] = []
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
    for (const line of lines) log.#take(line)
    return log
  }

  /** The job and what was ordered; `undefined` before it was first drawn to us. */
  get drawn(): DrawnJob | undefined {
    return this.#drawn
  }

  /** Every Assignment that was ever ours, oldest first; each begins after all work under the one before. */
  get given(): readonly Given[] {
    return this.#given
  }

  /** In the order of their numbers. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  get last(): Entry | undefined {
    return this.#entries.at(-1)
  }

  /** Claims that were decided, oldest first, before they were sent: only the chain tells which of them were made. */
  get plans(): readonly Claim.Claim[] {
    return this.#plans
  }

  get end(): StreamEnd.StreamEnd | undefined {
    return this.#end
  }

  /** Unix time of the last thing that was written. */
  get activeMs(): number {
    return this.#activeMs
  }

  /** Unix time of the last segment or Assignment, or of the opening of the log. */
  get heardMs(): number {
    return this.#heardMs
  }

  entry(sequenceNumber: bigint): Entry | undefined {
    return this.#entries.find(({ segment }) => segment.sequenceNumber === sequenceNumber)
  }

  /** The Assignment under which a segment was transcoded. */
  givenFor(sequenceNumber: bigint): Given | undefined {
    return this.#given.findLast(({ assignment }) => assignment.fromSequence <= sequenceNumber)
  }

  /** Resolves when it is on disk. Throws `Log.WriteError`, as all below do. */
  draw(drawn: DrawnJob): Promise<void> {
    return this.#write({ drawn })
  }

  give(given: Given): Promise<void> {
    return this.#write({ given })
  }

  append(entry: Entry): Promise<void> {
    return this.#write(entry)
  }

  plan(plan: Claim.Claim): Promise<void> {
    return this.#write({ plan })
  }

  finish(end: StreamEnd.StreamEnd): Promise<void> {
    return this.#write({ end })
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  async #write(line: Line): Promise<void> {
    await this.#log.append(encode(line))
    this.#activeMs = Date.now()
    if ('receipt' in line || 'given' in line) this.#heardMs = this.#activeMs
    this.#take(line)
  }

  #take(line: Line) {
    if ('drawn' in line) this.#drawn = line.drawn
    else if ('given' in line) this.#given.push(line.given)
    else if ('plan' in line) this.#plans.push(line.plan)
    else if ('end' in line) this.#end = line.end
    else this.#entries.push(line)
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
