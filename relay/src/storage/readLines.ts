import type { FileHandle } from 'node:fs/promises'

/** The bytes of a file between two line breaks. */
export type RawLine = {
  /** The first line of the file has number 1. */
  number: number
  /** Position of the first byte of the line in the file. */
  offset: number
  /** Number of bytes, without the line break. */
  length: number
  /** `undefined` when the line is longer than `maxLineBytes`. */
  bytes: Buffer | undefined
  /** Whether the line ends with a line break. */
  isFinished: boolean
}

/** The limit of the length of a line. A longer line counts as damaged, and is not held in memory. */
export const maxLineBytes = 2 ** 20

const lineBreak = 10

/** All lines of a file, in order. The last line may be unfinished. */
export async function* readLines(file: FileHandle): AsyncGenerator<RawLine> {
  let number = 1
  let offset = 0
  let parts: Buffer[] = []
  let length = 0
  const line = (isFinished: boolean): RawLine => {
    const bytes = length > maxLineBytes ? undefined : Buffer.concat(parts)
    return { number, offset, length, bytes, isFinished }
  }
  const add = (part: Buffer) => {
    length += part.length
    if (length <= maxLineBytes) parts.push(part)
    else parts = []
  }
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>) {
    let begin = 0
    for (let end = chunk.indexOf(lineBreak); end !== -1; end = chunk.indexOf(lineBreak, begin)) {
      add(chunk.subarray(begin, end))
      yield line(true)
      begin = end + 1
      number += 1
      offset += length + 1
      parts = []
      length = 0
    }
    add(chunk.subarray(begin))
  }
  if (length > 0) yield line(false)
}
