import { type Claim, Recipe, type TranscodingOptions } from '@lp/contracts/protocol'
import type { Ffmpeg } from './Ffmpeg'
import { type SegmentRun, startSegment } from './segmentRun'

/** One segment on its way through ffmpeg. */
export type Transcode = {
  run: SegmentRun
  qps: readonly number[]
  /** One per rendition, highest first. */
  datas: Promise<Uint8Array[]>
  /** Of the Assignment under which its quantisers were chosen. */
  assignedFrom: bigint | undefined
  startedAtMs: number
}

/** `previous`: the receipt before it, from which its quantisers follow if it is under the same Assignment. */
export function startTranscode(
  ffmpeg: Ffmpeg,
  {
    options,
    previous,
    assignedFrom,
  }: {
    options: TranscodingOptions.TranscodingOptions
    previous: Claim.Work | undefined
    assignedFrom: bigint | undefined
  },
): Transcode {
  // What was done under another assignment is in another claim: nobody can ask for it.
  const isUnderIt = previous !== undefined && previous.segment.sequenceNumber >= (assignedFrom ?? 0n)
  const preceding = isUnderIt ? { outputs: previous.outputs, durationMs: previous.segment.durationMs } : 'none'
  const qps = Recipe.quantisersAfter(preceding, options)
  const run = startSegment(ffmpeg, { options, qps })
  const datas = Promise.all(run.outputs.map(collect))
  // Both fail together, and whoever commits the segment hears of it through `datas`.
  run.done.catch(() => undefined)
  datas.catch(() => undefined)
  return { run, qps, datas, assignedFrom, startedAtMs: Date.now() }
}

async function collect(output: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of output) chunks.push(chunk)
  return Buffer.concat(chunks)
}
