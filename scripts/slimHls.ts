import type { Plugin } from 'vite'

/** Texts of hls.js and their replacements. Our segments are MPEG-TS, and our own loaders fetch them: no other format and no loader is needed. */
const cuts: readonly (readonly [from: string, to: string])[] = [
  [
    `const muxConfig = [{
  demux: MP4Demuxer,
  remux: PassThroughRemuxer
}, {
  demux: TSDemuxer,
  remux: MP4Remuxer
}, {
  demux: AACDemuxer,
  remux: MP4Remuxer
}, {
  demux: MP3Demuxer,
  remux: MP4Remuxer
}];`,
    'const muxConfig = [{ demux: TSDemuxer, remux: MP4Remuxer }];',
  ],
  // These parts change the quality by the size of the window or by dropped pictures, read ID3, and read servers from a playlist. We turn none of
  // them on.
  ['  capLevelController: CapLevelController,', '  capLevelController: undefined,'],
  ['  fpsController: FPSController,', '  fpsController: undefined,'],
  ['  id3TrackController: ID3TrackController,', '  id3TrackController: undefined,'],
  ['  contentSteeringController: ContentSteeringController ,', '  contentSteeringController: undefined,'],
  ['  loader: XhrLoader,', '  loader: undefined,'],
  ['if (currentLoader !== FetchLoader && currentLoader !== XhrLoader) {', 'if (true) {'],
]

/** Leaves out the parts of hls.js that we never use. Each viewer downloads hls.js before the first picture. */
export const slimHls: Plugin = {
  name: 'lp:slim-hls',
  apply: 'build',
  transform(code, id) {
    if (!id.endsWith('hls.js/dist/hls.light.mjs')) return undefined
    return cuts.reduce((whole, [from, to]) => {
      if (!whole.includes(from)) throw new Error(`hls.js has changed. Correct this text in scripts/slimHls.ts: ${from}`)
      return whole.replace(from, to)
    }, code)
  },
}
