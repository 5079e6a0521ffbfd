import type { Recipe, Segment, TranscodeReceipt } from '@lp/contracts/protocol'
import { Log } from '../storage/Log'

/** All that a claim, and the proof of any segment of it, will need. */
export type Entry = {
  receipt: TranscodeReceipt.TranscodeReceipt
  /** The source segment's signed header. */
  segment: Segment.Segment
  /** One per rendition, highest first, as in the options. */
  outputs: readonly Recipe.Output[]
}

/** The receipts of one job, on disk before anyone is told. */
export class ReceiptLog {
  readonly #log: Log
  readonly #entries: Entry[]

  private constructor(log: Log, entries: Entry[]) {
    this.#log = log
    this.#entries = entries
  }

  static async open(path: string): Promise<ReceiptLog> {
    const entries: Entry[] = []
    const log = await Log.open(path, (line) => entries.push(decode(line)))
    return new ReceiptLog(log, entries)
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  get last(): Entry | undefined {
    return this.#entries.at(-1)
  }

  /** Resolves when the entry is on disk. Throws `Log.WriteError`. */
  async append(entry: Entry): Promise<void> {
    await this.#log.append(encode(entry))
    this.#entries.push(entry)
  }

  close(): Promise<void> {
    return this.#log.close()
  }
}

const bigints = new Set(['sequenceNumber', 'startTimeMs'])
const encode = (entry: Entry) =>
  JSON.stringify(entry, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
const decode = (line: string): Entry =>
  JSON.parse(line, (key, value) => (bigints.has(key) ? BigInt(value as string) : value)) as Entry
