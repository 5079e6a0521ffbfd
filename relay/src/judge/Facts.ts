import { type Hex, numberToHex } from 'viem'

/** What the chain knows about a segment and a rendition, beside the lengths and roots of the payloads. */
export type Facts = {
  /** The job's options, with the height of the rendition that is judged. */
  options: { width: number; height: number; fps: number; renditionHeight: number }
  /** From the header of the source segment. */
  durationMs: number
  /** From the receipt. */
  output: { qp: number; canonicalHash: Hex; bits: number }
}

/** The options of the judged program, in the order of `enum option` in contracts/judge/program/facts.h. */
export function encode({ options, durationMs, output }: Facts): Hex[] {
  const { width, height, fps, renditionHeight } = options
  const word = (number: number) => numberToHex(number, { size: 32 })
  const numbers = [width, height, fps, renditionHeight, output.qp, durationMs].map(word)
  return [...numbers, output.canonicalHash, word(output.bits)]
}
