// The checks that every recording of the capture tests must pass.
import { MpegTs } from '@lp/contracts/protocol'
import { expect } from 'vitest'
import { decodingErrors, type Packet, packetsOf, type Segment } from './captureBrowser'

const AAC_FRAME_TICKS = 1_920
const TICKS_PER_MS = 90
// The longest allowed time between two pictures. The page encodes a still picture 3 times a second; a busy test computer adds delays.
export const LONGEST_GAP_MS = 1_500

/**
 * Expects that the protocol accepts each segment. Each segment must decode alone, start with a keyframe, and end where the next segment
 * starts. All segments together must decode as one stream.
 */
export async function expectDecodable(segments: Segment[]): Promise<Packet[]> {
  const all: Packet[] = []
  for (const [index, segment] of segments.entries()) {
    expect(segment.index).toBe(index)
    expect(segment.byteLength).toBe(segment.data.length)
    expect(segment.chunks.every(({ data }) => data.length % 188 === 0 && data[0] === 0x47)).toBe(true)
    // The transcoder reads segments with this function. The function requires one format, no missing packet, and increasing timestamps.
    expect(MpegTs.probe(segment.data).video?.startsWithKeyframe).not.toBe(false)
    expect(await decodingErrors(segment.data)).toBe('')
    const packets = await packetsOf(segment.data)
    const first = packets.find(({ kind }) => kind === 'video') ?? packets[0]
    expect(first?.isKey).toBe(true)
    expect(segment.startTimeMs).toBe(Math.round((first?.ticks ?? 0) / TICKS_PER_MS))
    const next = segments[index + 1]
    if (next) expect(segment.startTimeMs + segment.durationMs).toBe(next.startTimeMs)
    all.push(...packets)
  }
  expect(await decodingErrors(Buffer.concat(segments.map(({ data }) => data)))).toBe('')
  return all
}

export async function expectSound(segments: Segment[]): Promise<Packet[]> {
  const packets = await expectDecodable(segments)
  const audio = packets.filter(({ kind }) => kind === 'audio').map(({ ticks }) => ticks)
  expect(audio[0]).toBeLessThan(TICKS_PER_MS * 1_000 + 2 * AAC_FRAME_TICKS)
  expect(new Set(audio.slice(1).map((ticks, index) => ticks - (audio[index] ?? 0)))).toEqual(new Set([AAC_FRAME_TICKS]))
  return packets
}

export function expectSteady(video: Packet[]) {
  const gaps = video.slice(1).map(({ ticks }, index) => (ticks - (video[index]?.ticks ?? 0)) / TICKS_PER_MS)
  expect(Math.min(...gaps)).toBeGreaterThan(0)
  expect(Math.max(...gaps)).toBeLessThan(LONGEST_GAP_MS)
}
