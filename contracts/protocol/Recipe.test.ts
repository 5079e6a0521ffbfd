import { keccak256, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import type * as H264 from './media/H264'
import type * as MpegTs from './media/MpegTs'
import * as Recipe from './Recipe'
import type { TranscodingOptions } from './TranscodingOptions'

const options: TranscodingOptions = {
  width: 1280,
  height: 720,
  fps: 20,
  renditions: [
    { height: 480, bitrate: 1_000_000 },
    { height: 240, bitrate: 300_000 },
  ],
}
const video: H264.H264 = {
  ...{ codec: 'avc1.42e01f', width: 1280, height: 720, fullRange: false },
  colour: { primaries: 1, transfer: 1, matrix: 1 },
}
const audio = { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 }
const places = { input: 'pipe:0', outputs: ['pipe:3', 'pipe:4'] }
const qps = [26, 28]
const outputs = [
  { dataHash: keccak256(toHex('a')), canonicalHash: keccak256(toHex('b')), qp: 26, bits: 2_000_000 },
  { dataHash: keccak256(toHex('c')), canonicalHash: keccak256(toHex('d')), qp: 51, bits: 2 ** 32 - 1 },
]
const chain = [
  [26, 2_000_000, 2_000_000],
  [26, 2_132_568, 2_000_000],
  [26, 2_132_569, 2_000_000],
  [26, 1_875_667, 2_000_000],
  [26, 4_000_000, 2_000_000],
  [26, 1_000_000, 2_000_000],
  [26, 2 ** 32 - 1, 1],
  [26, 1, 120_000_000],
  [26, 0, 2_000_000],
  [50, 9_000_000, 2_000_000],
  [11, 1_000, 2_000_000],
] as const

describe('vectors/Recipe.json', () => {
  it('has the values that the TypeScript code computes', async () => {
    const named = {
      native: { engine: 'x64', source: { video, audio } },
      silent: { engine: 'portable', source: { video } },
    }
    const vectors = {
      arguments: Object.values(named).map(({ engine, source }) => ({
        ...{ options, source, qps, engine, ...places },
        arguments: Recipe.ffmpegArguments({ options, source, qps, engine: engine as Recipe.Engine, ...places }),
      })),
      qp0: options.renditions.map((_, index) => ({ options, index, qp: Recipe.qp0(options, index) })),
      nextQp: chain.map(([qp, bits, targetBits]) => ({
        ...{ qp, bits, targetBits },
        next: Recipe.nextQp({ qp, bits, targetBits }),
      })),
      transcodedDataHash: [[], outputs.slice(0, 1), outputs].map((outputs) => ({
        ...{ outputs, hash: Recipe.transcodedDataHash(outputs) },
      })),
    }
    await expect(`${JSON.stringify(vectors, null, 2)}\n`).toMatchFileSnapshot('../vectors/Recipe.json')
  })
})

describe('ffmpegArguments', () => {
  const argumentsFor = (source: MpegTs.Head) =>
    Recipe.ffmpegArguments({ options, source, qps, engine: 'x64', ...places }).join(' ')

  it('leaves out the options for pictures or sound that the source does not have', () => {
    expect(argumentsFor({ audio })).not.toMatch(/0:v|libx264|scale/)
    expect(argumentsFor({ video })).not.toMatch(/0:a/)
  })

  it('has an option that keeps every frame; the name of this option depends on the version of ffmpeg', () => {
    const argumentsIn = (dialect: Recipe.Dialect) =>
      Recipe.ffmpegArguments({ options, source: { video }, qps, engine: 'x64', dialect, ...places }).join(' ')
    expect(argumentsIn('vsync')).toBe(argumentsIn('fps_mode').replaceAll('-fps_mode passthrough', '-vsync 0'))
  })

  it('copies only numbers and known names from the source into the command', () => {
    const odd = { ...video, colour: { primaries: 77, transfer: 88, matrix: 99 } }
    expect(argumentsFor({ video: odd })).toContain('colorprim=undef:transfer=undef:colormatrix=undef')
  })

  it('scales with the aspect ratio of the source, and never scales up', () => {
    expect(argumentsFor({ video: { ...video, width: 720, height: 1280 } })).toContain('scale=270:480:')
    expect(argumentsFor({ video: { ...video, width: 322, height: 181 } })).toContain('scale=320:180:')
  })
})

describe('qp0', () => {
  it('is lower when the target has more bits for each pixel', () => {
    const first = (bitrate: number) => Recipe.qp0({ ...options, renditions: [{ height: 480, bitrate }] }, 0)
    expect([50_000, 200_000, 820_000, 1_640_000, 20_000_000].map(first)).toEqual([40, 38, 27, 22, 18])
  })
})

describe('nextQp', () => {
  it('changes the quantiser by 5.4 · log2(bits / target), rounded, but decreases it by at most 4 and increases it by at most 12', () => {
    for (let ratio = 0.02; ratio < 50; ratio *= 1.003) {
      const targetBits = 2_000_000
      const bits = Math.round(targetBits * ratio)
      const step = Math.max(-4, Math.min(12, Math.round(5.4 * Math.log2(bits / targetBits))))
      expect(Recipe.nextQp({ qp: 30, bits, targetBits })).toBe(30 + step)
    }
  })

  it('returns the same quantiser after a segment that has only sound', () => {
    expect(Recipe.nextQp({ qp: 33, bits: 0, targetBits: 2_000_000 })).toBe(33)
  })
})

describe('checkSource', () => {
  const probe: MpegTs.Probe = {
    ...{ bytes: 500_000, durationMs: 2_021, audio: { ...audio, packetCount: 95, firstPts: 0, durationMs: 2_021 } },
    video: {
      ...{ ...video, frameCount: 40, firstPts: 0, lastPts: 175_500, durationMs: 2_000, fps: 20 },
      startsWithKeyframe: true,
    },
  }
  const check = (change: Partial<MpegTs.Video>, durationMs = 2_000) =>
    Recipe.checkSource({
      probe: { ...probe, video: { ...(probe.video as MpegTs.Video), ...change } },
      ...{ options, durationMs },
    })

  it('accepts a source within the limits, and also a rotated or a smaller picture', () => {
    check({})
    check({ width: 720, height: 1280 })
    check({ width: 64, height: 48, frameCount: 3 })
  })

  it('names the limit that a source breaks', () => {
    expect(() => check({ width: 1282 })).toThrowErrorMatchingInlineSnapshot(`
      [Recipe.SourceError: The source segment breaks the limits of its job.
      Rule: at most 921600 pixels, sides of 16 to 4096
      Found: 1282 × 720]
    `)
    expect(() => check({ frameCount: 60 })).toThrowErrorMatchingInlineSnapshot(`
      [Recipe.SourceError: The source segment breaks the limits of its job.
      Rule: at most 44 frames
      Found: 60]
    `)
    expect(() => check({ startsWithKeyframe: false })).toThrowErrorMatchingInlineSnapshot(`
      [Recipe.SourceError: The source segment breaks the limits of its job.
      Rule: starts with a keyframe
      Found: another picture]
    `)
    expect(() => check({}, 1_000)).toThrowErrorMatchingInlineSnapshot(`
      [Recipe.SourceError: The source segment breaks the limits of its job.
      Rule: at most 1500 ms
      Found: 2021 ms]
    `)
    expect(() => Recipe.checkSource({ probe: { ...probe, durationMs: 9_000 }, options, durationMs: 9_000 })).toThrow(
      Recipe.SourceError,
    )
  })
})
