import { type Hex, hexToBytes } from 'viem'

/** What the chain knows about a segment and a rendition: the judged program's arguments, without the payloads. */
export type Facts = {
  sourceBytes: number
  renditionBytes: number
  /** The job's options, with the height of the rendition that is judged. */
  options: { width: number; height: number; fps: number; renditionHeight: number }
  /** From the header of the source segment. */
  durationMs: number
  /** From the receipt. */
  output: { qp: number; canonicalHash: Hex; bits: number }
}

/** The bytes in the memory: `struct facts` of contracts/judge/program/layout.h. Three leaves, the rest of the last one is zero. */
export function encode({ sourceBytes, renditionBytes, options, durationMs, output }: Facts): Uint8Array {
  const bytes = new Uint8Array(96)
  const view = new DataView(bytes.buffer)
  const { width, height, fps, renditionHeight } = options
  const numbers = [sourceBytes, renditionBytes, width, height, fps, renditionHeight, output.qp, durationMs]
  for (const [index, number] of numbers.entries()) view.setUint32(4 * index, number, true)
  bytes.set(hexToBytes(output.canonicalHash, { size: 32 }), 32)
  view.setUint32(64, output.bits, true)
  return bytes
}
