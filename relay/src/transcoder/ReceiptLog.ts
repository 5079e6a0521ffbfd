import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Segment, TranscodeReceipt } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

/** One rendition of one segment, as the receipt commits to it. */
export type Output = {
  /** Of the rendition's payload. */
  dataHash: Hex
  /** Of what is the same whoever transcodes. */
  canonicalHash: Hex
  qp: number
  /** Of the payload: what the next segment's QP follows from. */
  bits: number
}

export type Entry = {
  receipt: TranscodeReceipt.TranscodeReceipt
  /** The source segment's signed header. */
  segment: Segment.Segment
  /** Highest rendition first, as in the options. */
  outputs: readonly Output[]
}

/** The receipts of one job, on disk before anyone is told. */
export class ReceiptLog {
  readonly #file: FileHandle
  readonly #entries: Entry[]

  private constructor(file: FileHandle, entries: Entry[]) {
    this.#file = file
    this.#entries = entries
  }

  /** Reads what is there. A last line that was cut off in the middle of writing was never told to anyone: it is dropped. */
  static async open(path: string): Promise<ReceiptLog> {
    await mkdir(dirname(path), { recursive: true })
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole))
    return new ReceiptLog(await open(path, 'a', 0o600), whole.split('\n').slice(0, -1).map(decode))
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  get last(): Entry | undefined {
    return this.#entries.at(-1)
  }

  /** Resolves when the entry is on disk. */
  async append(entry: Entry): Promise<void> {
    await this.#file.appendFile(`${encode(entry)}\n`)
    await this.#file.datasync()
    this.#entries.push(entry)
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

const bigints = new Set(['sequenceNumber', 'startTimeMs'])
const encode = (entry: Entry) =>
  JSON.stringify(entry, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
const decode = (line: string): Entry =>
  JSON.parse(line, (key, value) => (bigints.has(key) ? BigInt(value as string) : value)) as Entry
