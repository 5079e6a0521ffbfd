import { expect, test } from 'vitest'
import type { Recording } from '../recording'
import * as playlists from './playlists'

const segment = (sequenceNumber: bigint, startTimeMs: bigint) => ({ sequenceNumber, startTimeMs, durationMs: 2_000 })

test('the playlist of a recording has an end, numbers its segments without holes, and marks a discontinuity after a missing segment', () => {
  const segments = [segment(4n, 8_000n), segment(5n, 10_000n), segment(7n, 14_000n), segment(8n, 99_000n)]
  const text = playlists.recorded({ segments } as unknown as Recording.Recording, (index) => `${index}.ts`)
  const lines = text.split('\n').filter((line) => !line.startsWith('#EXT-X-PROGRAM-DATE-TIME'))
  expect(lines).toEqual([
    ...['#EXTM3U', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-VERSION:8', '#EXT-X-INDEPENDENT-SEGMENTS'],
    ...['#EXT-X-TARGETDURATION:2', '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-DISCONTINUITY-SEQUENCE:0'],
    ...['#EXTINF:2.000,', '0.ts', '#EXTINF:2.000,', '1.ts'],
    ...['#EXT-X-DISCONTINUITY', '#EXTINF:2.000,', '2.ts', '#EXT-X-DISCONTINUITY', '#EXTINF:2.000,', '3.ts'],
    ...['#EXT-X-ENDLIST', ''],
  ])
})
