import type { Part, Segment } from '@lp/contracts/protocol'
import { describe, expect, it } from 'vitest'
import { mediaPlaylist } from './mediaPlaylist'

const startTimeMs = (sequenceNumber: bigint) => 1_790_000_000_000n + 2_000n * sequenceNumber
const segmentsTo = (last: bigint): Segment.Header[] =>
  Array.from({ length: Number(last) + 1 }, (_, index) => ({
    ...{ streamId: '0x', dataHash: '0x', durationMs: 2_000 },
    sequenceNumber: BigInt(index),
    startTimeMs: startTimeMs(BigInt(index)),
  }))
const partsAt = (sequenceNumber: bigint, ...ends: number[]): Part.Header[] =>
  ends.map((durationMs, index) => ({
    ...{ streamId: '0x', prefixHash: '0x', sequenceNumber, startTimeMs: startTimeMs(sequenceNumber) },
    ...{ index, durationMs, length: durationMs },
  }))

const playlist = ({
  segments = segmentsTo(4n),
  open = [],
  ...change
}: Partial<Parameters<typeof mediaPlaylist>[0]> & { open?: readonly Part.Header[] }) =>
  mediaPlaylist({
    ...{ segments, discontinuities: [], longestMs: 2_000, ended: false, windowLength: 5 },
    uriOf: (sequenceNumber) => `${sequenceNumber}.ts`,
    parts: {
      of: (sequenceNumber) => (sequenceNumber === 0n ? [] : partsAt(sequenceNumber, 400, 800, 1_200, 1_600)),
      open,
      uriOf: (sequenceNumber, index) => `${sequenceNumber}.${index}.ts`,
    },
    ...change,
  })

describe('mediaPlaylist with parts', () => {
  it('lists the parts of the open segment, and names the part that comes next', () => {
    expect(playlist({ segments: segmentsTo(0n), open: partsAt(1n, 400, 800) })).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:8
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-TARGETDURATION:2
      #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.200
      #EXT-X-PART-INF:PART-TARGET=0.400
      #EXT-X-MEDIA-SEQUENCE:0
      #EXT-X-DISCONTINUITY-SEQUENCE:0
      #EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:20.000Z
      #EXTINF:2.000,
      0.ts
      #EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:22.000Z
      #EXT-X-PART:DURATION=0.400,URI="1.0.ts",INDEPENDENT=YES
      #EXT-X-PART:DURATION=0.400,URI="1.1.ts"
      #EXT-X-PRELOAD-HINT:TYPE=PART,URI="1.2.ts"
      "
    `)
  })

  it('lists the parts of the last three segments; the last part ends with its segment', () => {
    const lines = playlist({}).split('\n')
    const parts = lines.filter((line) => line.startsWith('#EXT-X-PART:'))
    expect(parts.filter((line) => line.includes('"4.'))).toEqual([
      '#EXT-X-PART:DURATION=0.400,URI="4.0.ts",INDEPENDENT=YES',
      ...[1, 2, 3, 4].map((index) => `#EXT-X-PART:DURATION=0.400,URI="4.${index}.ts"`),
    ])
    expect([...new Set(parts.map((line) => line.split('"')[1]?.split('.')[0]))]).toEqual(['2', '3', '4'])
    expect(lines.at(-2)).toBe('#EXT-X-PRELOAD-HINT:TYPE=PART,URI="5.0.ts"')
  })

  it('names a target duration for parts, and no part is longer', () => {
    expect(playlist({ open: partsAt(5n, 700) })).toContain('PART-HOLD-BACK=2.100\n#EXT-X-PART-INF:PART-TARGET=0.700\n')
  })

  it('marks a new timeline before the parts of the open segment', () => {
    expect(playlist({ open: partsAt(5n, 400), discontinuities: [5n] })).toContain(
      '4.ts\n#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:30.000Z\n#EXT-X-PART:',
    )
  })

  it('does not list the parts of a segment when the segment before it is missing', () => {
    const text = playlist({ open: partsAt(6n, 400) })
    expect(text).not.toContain('"6.')
    expect(text).not.toContain('PRELOAD')
  })

  it('lists no open segment after the end of the stream', () => {
    const text = playlist({ ended: true, open: partsAt(5n, 400) })
    expect(text).not.toContain('"5.')
    expect(text.endsWith('#EXT-X-ENDLIST\n')).toBe(true)
  })
})
