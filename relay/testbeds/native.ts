import { Recipe, type TranscodingOptions } from '@lp/contracts/protocol'
import { collect } from '../src/transcoder/collect'
import type { Ffmpeg } from '../src/transcoder/Ffmpeg'
import { startSegment } from '../src/transcoder/SegmentRun'

export type Transcoded = { payloads: Uint8Array[]; outputs: Recipe.Output[] }

/** Transcodes a segment as a transcoder does: in chunks, while the segment arrives. */
export async function transcode(
  ffmpeg: Ffmpeg,
  { options, data, qps }: { options: TranscodingOptions.TranscodingOptions; data: Uint8Array; qps: readonly number[] },
): Promise<Transcoded> {
  const run = startSegment(ffmpeg, { options, qps })
  const collected = Promise.all(run.outputs.map(collect))
  const written = async () => {
    for (let offset = 0; offset < data.length; offset += 5_000) await run.write(data.subarray(offset, offset + 5_000))
    await run.end()
  }
  const [payloads] = await Promise.all([collected, written()])
  return { payloads, outputs: await measure(payloads, qps) }
}

/** The outputs that a receipt of these payloads names. */
export const measure = (payloads: readonly Uint8Array[], qps: readonly number[]): Promise<Recipe.Output[]> =>
  Promise.all(payloads.map((data, index) => Recipe.measure({ data, qp: qps[index] as number })))
