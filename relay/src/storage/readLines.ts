import type { FileHandle } from 'node:fs/promises'

/** The bytes of a file between two line breaks. */
export type RawLine = {
  /** From 1. */
  number: number
  /** Of its first byte, from the beginning of the file. */
  offset: number
  /** Without the line break. */
  length: number
  /** `undefined` when the line is longer than `maxLineBytes`. */
  bytes: Buffer | undefined
  /** Whether a line break ends it. */
  isFinished: boolean
}

/** No log writes a longer line. A longer one is damaged, and must not fill the memory. */
export const maxLineBytes = 2 ** 20

const lineBreak = 10

/** All lines of a file, in order. The last one may be unfinished. */
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
