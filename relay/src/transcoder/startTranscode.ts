import { type Claim, Recipe, type TranscodingOptions } from '@lp/contracts/protocol'
import { collect, observed } from './collect'
import type { Ffmpeg } from './Ffmpeg'
import { type SegmentRun, startSegment } from './SegmentRun'

/** A segment that ffmpeg transcodes. */
export type Transcode = {
  run: SegmentRun
  qps: readonly number[]
  /** The bytes of each rendition, the highest rendition first. */
  datas: Promise<Uint8Array[]>
  /** First sequence number of the Assignment under which the quantisers were chosen; `undefined` before the first Assignment. */
  assignedFrom: bigint | undefined
  startedAtMs: number
}

/**
 * `previous`: the receipt of the previous segment. The quantisers follow from this receipt if the previous segment is under the
 * same Assignment.
 */
export function startTranscode(
  ffmpeg: Ffmpeg,
  {
    options,
    previous,
    assignedFrom,
    onOutput,
  }: {
    options: TranscodingOptions.TranscodingOptions
    previous: Claim.Work | undefined
    assignedFrom: bigint | undefined
    /** Called with the bytes of each rendition while ffmpeg writes them. */
    onOutput(index: number, chunk: Uint8Array): void
  },
): Transcode {
  // A previous segment under another Assignment is in another claim. So the disclosure of the new segment could not contain the receipt of
  // the previous segment.
  const isSameAssignment = previous !== undefined && previous.segment.sequenceNumber >= (assignedFrom ?? 0n)
  const preceding = isSameAssignment ? { outputs: previous.outputs, durationMs: previous.segment.durationMs } : 'none'
  const qps = Recipe.quantisersAfter(preceding, options)
  const run = startSegment(ffmpeg, { options, qps })
  const datas = Promise.all(
    run.outputs.map((output, index) => collect(observed(output, (chunk) => onOutput(index, chunk)))),
  )
  // If `run.done` rejects, `datas` rejects, too. The caller awaits only `datas`.
  run.done.catch(() => undefined)
  datas.catch(() => undefined)
  return { run, qps, datas, assignedFrom, startedAtMs: Date.now() }
}
