import type { Segment } from '@lp/contracts/protocol'
import { describe, expect, it } from 'vitest'
import { mediaPlaylist } from './mediaPlaylist'

/** Segments given as [sequence number, start in ms since the stream's start, duration in ms]. */
const segments = (...rows: readonly (readonly [number, number, number?])[]): Segment.Header[] =>
  rows.map(([sequenceNumber, startMs, durationMs = 2_000]) => ({
    ...{ streamId: '0x', dataHash: '0x', durationMs },
    sequenceNumber: BigInt(sequenceNumber),
    startTimeMs: 1_790_000_000_000n + BigInt(startMs),
  }))
const steady = (from: number, to: number) =>
  segments(...Array.from({ length: to - from + 1 }, (_, index) => [from + index, 2_000 * (from + index)] as const))

const playlist = (change: Partial<Parameters<typeof mediaPlaylist>[0]> & { segments: readonly Segment.Header[] }) =>
  mediaPlaylist({
    ...{ discontinuities: [], longestMs: 2_000, ended: false, windowLength: 5 },
    uriOf: (sequenceNumber) => `${sequenceNumber}.ts`,
    ...change,
  })
const lines = (text: string, ...tags: string[]) =>
  text.split('\n').filter((line) => tags.some((tag) => line.startsWith(tag)))

describe('mediaPlaylist', () => {
  it('lists segments with their time and exact duration', () => {
    expect(playlist({ segments: segments([7, 0, 1_984], [8, 1_984, 2_016]), ended: true })).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:8
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-TARGETDURATION:2
      #EXT-X-MEDIA-SEQUENCE:7
      #EXT-X-DISCONTINUITY-SEQUENCE:0
      #EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:20.000Z
      #EXTINF:1.984,
      7.ts
      #EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:21.984Z
      #EXTINF:2.016,
      8.ts
      #EXT-X-ENDLIST
      "
    `)
  })

  it('is empty without segments', () => {
    expect(playlist({ segments: [] })).toBe('')
  })

  it('slides its window: the media sequence number rises, and the listed segments keep their numbers', () => {
    const text = playlist({ segments: steady(0, 12) })
    expect(lines(text, '#EXT-X-MEDIA-SEQUENCE')).toEqual(['#EXT-X-MEDIA-SEQUENCE:8'])
    expect(lines(text, '8', '9', '1')).toEqual(['8.ts', '9.ts', '10.ts', '11.ts', '12.ts'])
    expect(text).not.toContain('ENDLIST')
  })

  it('names a target duration that no rounded segment duration exceeds, and that is at least Segment.targetDurationMs', () => {
    expect(playlist({ segments: segments([0, 0, 700]), longestMs: 700 })).toContain('#EXT-X-TARGETDURATION:2\n')
    expect(playlist({ segments: steady(0, 1), longestMs: 2_499 })).toContain('#EXT-X-TARGETDURATION:2\n')
    expect(playlist({ segments: steady(0, 1), longestMs: 2_500 })).toContain('#EXT-X-TARGETDURATION:3\n')
    expect(playlist({ segments: steady(0, 1), longestMs: 6_000 })).toContain('#EXT-X-TARGETDURATION:6\n')
  })

  it('lists each missing number as a gap, and the gaps together are as long as the hole', () => {
    const text = playlist({ segments: segments([3, 6_000], [6, 12_100]) })
    expect(lines(text, '#EXT-X-GAP', '#EXTINF', '3', '4', '5', '6')).toEqual([
      ...['#EXTINF:2.000,', '3.ts'],
      ...['#EXT-X-GAP', '#EXTINF:2.050,', '4.ts', '#EXT-X-GAP', '#EXTINF:2.050,', '5.ts'],
      ...['#EXTINF:2.000,', '6.ts'],
    ])
  })

  it('gives a gap a valid duration, also when the broadcaster’s clock has jumped', () => {
    expect(playlist({ segments: segments([0, 60_000], [2, 0]) })).toContain('#EXT-X-GAP\n#EXTINF:0.001,\n1.ts\n')
    expect(playlist({ segments: segments([0, 0], [2, 60_000]) })).toContain('#EXT-X-GAP\n#EXTINF:2.499,\n1.ts\n')
  })

  it('never begins with a gap; if a hole has too many missing numbers to list, begins after the hole', () => {
    const gap = playlist({ segments: segments([0, 0], [2, 4_000], [3, 6_000]), windowLength: 2 })
    expect(lines(gap, '#EXT-X-MEDIA-SEQUENCE', '#EXT-X-GAP')).toEqual(['#EXT-X-MEDIA-SEQUENCE:2'])
    const hole = playlist({ segments: segments([0, 0], [31, 62_000], [33, 66_000]) })
    expect(lines(hole, '#EXT-X-MEDIA-SEQUENCE', '#EXT-X-GAP')).toEqual(['#EXT-X-MEDIA-SEQUENCE:31', '#EXT-X-GAP'])
    expect(lines(playlist({ segments: segments([0, 0], [30, 60_000]) }), '#EXT-X-GAP')).toHaveLength(29)
  })

  it('puts the discontinuity tag before the segment whose number is in `discontinuities`, also if this segment is listed as a gap', () => {
    const text = playlist({ segments: segments([0, 0], [1, 2_000], [3, 6_000]), discontinuities: [1n, 2n] })
    expect(text).toMatch(/#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:[^\n]+\n#EXTINF:2.000,\n1.ts\n/)
    expect(text).toContain('#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n#EXTINF:2.000,\n2.ts\n')
    expect(text).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:0\n')
  })

  it('gives a segment the same discontinuity count at each place in the window', () => {
    const discontinuities = [2n, 5n, 40n]
    const counts = new Map<string, Set<number>>()
    for (let newest = 0; newest < 12; newest += 1) {
      let count = 0
      for (const line of playlist({ segments: steady(0, newest), discontinuities }).split('\n')) {
        if (line.startsWith('#EXT-X-DISCONTINUITY-SEQUENCE:')) count = Number(line.split(':')[1])
        if (line === '#EXT-X-DISCONTINUITY') count += 1
        if (line.endsWith('.ts')) counts.set(line, (counts.get(line) ?? new Set()).add(count))
      }
    }
    const of = (sequenceNumber: number) => [...(counts.get(`${sequenceNumber}.ts`) ?? [])]
    expect([0, 1, 2, 4, 5, 11].map(of)).toEqual([[0], [0], [1], [1], [2], [2]])
  })

  it('leaves out a time after the year 9999', () => {
    const [segment] = steady(0, 0) as [Segment.Header]
    expect(playlist({ segments: [{ ...segment, startTimeMs: 2n ** 64n - 1n }] })).not.toContain('DATE-TIME')
  })
})
