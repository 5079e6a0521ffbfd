import { type MpegTs, Recipe, StreamId } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { DrawnJob } from '../records/DrawnJob'
import type { Rendition, Source } from '../records/StreamRecord'

/** The streams that a job's work becomes, highest first. */
export const jobRenditions = ({
  drawn,
  renditionKey,
  source,
}: {
  drawn: DrawnJob
  renditionKey: Address
  /** As probed; before that, what was ordered stands for it. */
  source: Source | undefined
}): Rendition[] => {
  const { job, options } = drawn
  const size = source?.hasVideo ? source : options
  return options.renditions.map(({ height, bitrate }, index) => ({
    streamId: StreamId.rendition({ jobId: job.jobId, streamId: job.streamId, index, renditionKey }),
    ...Recipe.renditionSize(height, size),
    bitrate,
  }))
}

/** What a source segment was probed to be. */
export const sourceOf = ({ video, audio }: MpegTs.Probe): Source => ({
  width: video?.width ?? 0,
  height: video?.height ?? 0,
  hasVideo: video !== undefined,
  hasAudio: audio !== undefined,
  codecs: [video?.codec, audio?.codec].filter(Boolean).join(','),
})
