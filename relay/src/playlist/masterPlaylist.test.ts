import { describe, expect, it } from 'vitest'
import { createStream } from '../../testbeds/stream'
import { levels } from './levels'
import { masterPlaylist } from './masterPlaylist'
import { measure } from './measure'

const stream = createStream()
const { record } = await stream.assign({ fromSequence: 0n })
const master = (of: typeof record, bitrates?: { peak: number; average: number }) =>
  masterPlaylist({ levels: levels(of), bitratesOf: () => bitrates, uriOf: ({ name }) => `${name}/index.m3u8` })

describe('masterPlaylist', () => {
  it('offers the source, then its renditions, with the measured bit rates, but at least the target bit rates', () => {
    expect(master(record, { peak: 800_000, average: 500_000 })).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:8
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-STREAM-INF:BANDWIDTH=800000,AVERAGE-BANDWIDTH=500000,CODECS="avc1.42c01f,mp4a.40.2",RESOLUTION=1280x720
      source/index.m3u8
      #EXT-X-STREAM-INF:BANDWIDTH=1000000,AVERAGE-BANDWIDTH=500000,CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=854x480
      480p/index.m3u8
      #EXT-X-STREAM-INF:BANDWIDTH=800000,AVERAGE-BANDWIDTH=500000,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=426x240
      240p/index.m3u8
      "
    `)
  })

  it('names the target bit rate of a rendition before the bit rate is measured', () => {
    expect(master(record)).toContain('BANDWIDTH=1000000,CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=854x480\n480p/')
  })

  it('offers a stream without video as one level, because the renditions would equal the source', () => {
    const source = { width: 0, height: 0, hasVideo: false, hasAudio: true, codecs: 'mp4a.40.2' }
    expect(master({ ...record, source })).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:8
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2"
      source/index.m3u8
      "
    `)
  })

  it('names no sound codec for a stream without sound', () => {
    const source = { ...stream.source, hasAudio: false, codecs: 'avc1.42c01f' }
    expect(master({ ...record, source })).toContain('CODECS="avc1.4d401f",RESOLUTION=854x480')
  })

  it('is empty before the first source segment', () => {
    expect(master({ ...record, source: undefined })).toBe('')
  })

  it('leaves out codecs with characters that would end the quotes around the codecs', () => {
    const source = { ...stream.source, codecs: 'avc1"\n#EXT-X-ENDLIST' }
    expect(master({ ...record, source })).not.toContain('ENDLIST')
  })

  it.each([
    [{ width: 426, height: 240 }, 30, 'avc1.4d401e'],
    [{ width: 854, height: 480 }, 30, 'avc1.4d401f'],
    [{ width: 1280, height: 720 }, 30, 'avc1.4d401f'],
    [{ width: 1280, height: 720 }, 60, 'avc1.4d4020'],
    [{ width: 1920, height: 1080 }, 30, 'avc1.4d4028'],
    [{ width: 3840, height: 2160 }, 60, 'avc1.4d4034'],
  ])('names the H.264 level that %o at %i fps needs', (size, fps, codec) => {
    const rendition = { ...size, streamId: record.streamId, bitrate: 1_000 }
    const [, level] = levels({ ...record, options: { ...record.options, fps }, renditions: [rendition] })
    expect(level?.codecs).toBe(`${codec},mp4a.40.2`)
  })
})

describe('measure', () => {
  const of = (...rows: readonly (readonly [number, number])[]) =>
    measure(
      rows.map(([byteLength, durationMs]) => ({ byteLength, durationMs })),
      { targetDurationSeconds: 2 },
    )

  it('is undefined without segments', () => {
    expect(of()).toBeUndefined()
  })

  it('takes the peak from the segment with the highest rate, and the average from all segments', () => {
    expect(of([250_000, 2_000], [500_000, 2_000], [250_000, 2_000])).toEqual({ peak: 2_000_000, average: 1_333_334 })
  })

  it('counts a very short segment only together with its neighbours, or alone if there is no other segment', () => {
    expect(of([250_000, 2_000], [50_000, 100], [200_000, 900])?.peak).toBe(2_000_000)
    expect(of([50_000, 100])?.peak).toBe(4_000_000)
  })
})
