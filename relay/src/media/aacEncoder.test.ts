import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createAacEncoder } from './aacEncoder'
import { SAMPLE_RATE } from './audioCodec'
import { type AccessUnit, createMpegTsMuxer } from './mpegTs'
import type { StereoBlock } from './resampler'

const blockSamples = 480
const frameTicks = 1_920

/** Sound in blocks of 10 ms, as the page records it. `at`: the value of a sample. */
function blocksOf(samples: number, at: (index: number) => number): StereoBlock[] {
  return Array.from({ length: samples / blockSamples }, (_, block) => {
    const left = Float32Array.from({ length: blockSamples }, (_, index) => at(block * blockSamples + index))
    return { left, right: left.slice() }
  })
}

/** Encodes with FFmpeg's encoder in WASM: Node has no AAC encoder. */
async function encode(blocks: readonly StereoBlock[], { startTicks = 0 } = {}) {
  const units: AccessUnit[] = []
  const failures: unknown[] = []
  const encoder = await createAacEncoder({
    ...{ bitrate: 128_000, startTicks },
    onUnit: (unit) => units.push(unit),
    onFailure: (cause) => failures.push(cause),
  })
  for (const [index, block] of blocks.entries()) encoder.encode(block, index * blockSamples)
  await encoder.finish()
  return { units, failures }
}

const tone = (index: number) => Math.sin((2 * Math.PI * 440 * index) / SAMPLE_RATE) / 2

describe('createAacEncoder', () => {
  it('emits whole frames without gaps, and begins one frame before the start of the sound', async () => {
    const { units, failures } = await encode(blocksOf(SAMPLE_RATE, tone), { startTicks: 90_000 })
    expect(failures).toEqual([])
    expect(units.map(({ ticks }) => ticks)).toEqual(
      Array.from({ length: 48 }, (_, index) => 90_000 + (index - 1) * frameTicks),
    )
    for (const { kind, durationTicks, data } of units) {
      expect({ kind, durationTicks }).toEqual({ kind: 'audio', durationTicks: frameTicks })
      // ADTS: the sync word, and the length of the frame.
      expect([data[0], (data[1] as number) & 0xf6]).toEqual([0xff, 0xf0])
      expect((((data[3] as number) & 3) << 11) | ((data[4] as number) << 3) | ((data[5] as number) >> 5)).toBe(
        data.length,
      )
    }
  })

  it('gives a sound the time at which it was recorded, to within 5 ms', async () => {
    const burst = SAMPLE_RATE / 2
    const { units } = await encode(blocksOf(SAMPLE_RATE, (index) => (index < burst ? 0 : tone(index - burst))))
    const pcm = execFileSync(
      'ffmpeg',
      ['-v', 'error', '-f', 'aac', '-i', 'pipe:0', '-ac', '1', '-f', 'f32le', 'pipe:1'],
      {
        input: Buffer.concat(units.map(({ data }) => data)),
      },
    )
    const samples = new Float32Array(pcm.buffer, pcm.byteOffset, pcm.length / 4)
    const heard = samples.findIndex((sample) => Math.abs(sample) > 0.2)
    const firstSample = ((units[0] as AccessUnit).ticks * SAMPLE_RATE) / 90_000
    // AAC spreads the sudden beginning of a sound over a part of one frame.
    expect(Math.abs(firstSample + heard - burst)).toBeLessThan(SAMPLE_RATE / 200)
  })

  it('makes frames that a transport stream can carry', async () => {
    const { units } = await encode(blocksOf(SAMPLE_RATE, tone), { startTicks: 900_000 })
    const muxer = createMpegTsMuxer({ hasVideo: false, hasAudio: true })
    const stream = Buffer.concat([muxer.tables(), ...units.map((unit) => muxer.packets(unit))])
    const entries = ['-show_entries', 'stream=codec_name,profile,sample_rate,channels:packet=pts', '-of', 'json']
    const { streams, packets } = JSON.parse(
      execFileSync('ffprobe', ['-v', 'error', ...entries, 'pipe:0'], { input: stream }).toString(),
    ) as { streams: unknown[]; packets: { pts: number }[] }
    expect(streams).toEqual([{ codec_name: 'aac', profile: 'LC', sample_rate: '48000', channels: 2 }])
    expect(packets.map(({ pts }) => pts)).toEqual(units.map(({ ticks }) => ticks))
  })

  it('emits no frames without sound', async () => {
    expect(await encode([])).toEqual({ units: [], failures: [] })
  })

  it('encodes sound that is shorter than one frame', async () => {
    const { units, failures } = await encode(blocksOf(blockSamples, tone), { startTicks: 90_000 })
    expect(failures).toEqual([])
    expect(units.map(({ ticks }) => ticks)).toContain(90_000)
  })

  it('reports a block that it cannot encode, and encodes the next blocks', async () => {
    const blocks = blocksOf(SAMPLE_RATE, tone)
    const broken = { ...(blocks[50] as StereoBlock), right: undefined as never }
    const { units, failures } = await encode(blocks.with(50, broken))
    expect(failures).toHaveLength(1)
    expect(units.length).toBeGreaterThan(45)
  })
})
