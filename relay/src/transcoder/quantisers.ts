import { Recipe, type TranscodingOptions } from '@lp/contracts/protocol'
import type { Entry } from './JobLog'

/** What each rendition of a segment must be encoded with; `before`: the receipt before it under its Assignment. */
export const quantisers = (before: Entry | undefined, options: TranscodingOptions.TranscodingOptions): number[] =>
  options.renditions.map(({ bitrate }, index) => {
    const output = before?.outputs[index]
    if (!before || !output) return Recipe.qp0(options, index)
    return Recipe.nextQp({ ...output, targetBits: Recipe.targetBits(bitrate, before.segment.durationMs) })
  })
