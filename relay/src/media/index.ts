export { type AacEncoder, createAacEncoder } from './aacEncoder'
export { CHANNELS, hasNativeAac, SAMPLE_RATE } from './audioCodec'
export { type AccessUnit, createMpegTsMuxer, type MpegTsMuxer } from './mpegTs'
export { createResampler, type Resampler, type StereoBlock } from './resampler'
export { createSegmenter, type SegmentEvent, type Segmenter } from './segmenter'
export { sequenceParameters } from './sequenceParameters'
export {
  microsecondsFromTicks,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
  ticksFromMicroseconds,
  ticksFromMs,
} from './ticks'
