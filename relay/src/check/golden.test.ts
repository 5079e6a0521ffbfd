import { MpegTs, Recipe } from '@lp/contracts/protocol'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Case, corpus, damaged, ladder, streamOf } from '../../testbeds/corpus'
import { measure, transcode } from '../../testbeds/native'
import type { Ffmpeg } from '../transcoder/Ffmpeg'
import { findFfmpeg } from '../transcoder/findFfmpeg'
import { RefusedError } from '../transcoder/SegmentRun'
import * as FfmpegCore from '../verifier/ffmpegCore'
import { RefusedError as CoreRefusedError } from './Runner'

/** `npm run test:long` runs all cases. `npm test` runs only these, because each case runs for more than a second in WASM. */
const sample = [
  ...['picture and sound', 'a varying rate and a late start', 'timestamps that wrap', 'sound alone'],
  'pictures out of order, several references',
]
const cases = corpus().filter(({ name }) => process.env.LP_LONG || sample.includes(name))
let native: Ffmpeg

beforeAll(async () => {
  native = await findFfmpeg()
})

const natively = async (ffmpeg: Ffmpeg, data: Uint8Array, qps: readonly number[]) =>
  (await transcode(ffmpeg, { options: ladder, data, qps })).outputs

/** Transcodes as a verifier does: the whole segment in one run, with the WASM build. */
async function inWasm(data: Uint8Array, qps: readonly number[]): Promise<Recipe.Output[]> {
  const outputs = ladder.renditions.map((_, index) => `out${index}.ts`)
  const source = MpegTs.probe(data)
  const places = { input: 'in.ts', outputs }
  const args = Recipe.ffmpegArguments({ options: ladder, source, qps, engine: 'portable', ...places })
  return measure(await FfmpegCore.runFfmpegCore({ args, input: { name: 'in.ts', data }, outputs }), qps)
}

/** Leaves out `dataHash`, because each build of ffmpeg writes its version into the served bytes. */
const canonical = (outputs: readonly Recipe.Output[]) =>
  outputs.map(({ canonicalHash, qp, bits }) => ({ canonicalHash, qp, bits }))

const firstQps = ladder.renditions.map((_, index) => Recipe.qp0(ladder, index))

describe('the recipe', () => {
  it.each(cases)(
    'gives the same bits in the native ffmpeg and in the WASM core: $name',
    async ({ data, hasPicture }: Case) => {
      Recipe.checkSource({ probe: MpegTs.probe(data), options: ladder, durationMs: 3_000 })
      const verified = await inWasm(data, firstQps)
      expect(verified.map(({ bits }) => bits > 0)).toEqual(verified.map(() => hasPicture))
      expect(canonical(await natively(native, data, firstQps))).toEqual(canonical(verified))
    },
  )

  it('gives the same quantisers in both builds', async () => {
    const chain = async (transcode: (data: Uint8Array, qps: readonly number[]) => Promise<Recipe.Output[]>) => {
      const steps = [firstQps]
      for (const data of streamOf(3)) {
        const qps = steps.at(-1) as number[]
        const outputs = await transcode(data, qps)
        const { durationMs } = MpegTs.probe(data)
        const next = ladder.renditions.map(({ bitrate }, index) => {
          const { bits } = outputs[index] as Recipe.Output
          return Recipe.nextQp({ qp: qps[index] as number, bits, targetBits: Recipe.targetBits(bitrate, durationMs) })
        })
        steps.push(next)
      }
      return steps
    }
    const verified = await chain(inWasm)
    expect(new Set(verified.map(String)).size).toBeGreaterThan(2)
    expect(await chain((data, qps) => natively(native, data, qps))).toEqual(verified)
  })

  it('keeps the timestamps, the number of pictures, and the sound of the source', async () => {
    for (const { data } of cases.slice(0, 3)) {
      const { payloads } = await transcode(native, { options: ladder, data, qps: firstQps })
      const { video, audio } = MpegTs.probe(data)
      for (const output of payloads) {
        const { frameCount, firstPts, lastPts } = MpegTs.probe(output).video as MpegTs.Video
        expect({ frameCount, firstPts, lastPts }).toEqual({
          frameCount: video?.frameCount,
          firstPts: video?.firstPts,
          lastPts: video?.lastPts,
        })
        expect(MpegTs.probe(output).audio).toEqual(audio)
      }
    }
  })

  it('refuses a damaged bitstream in both builds, because they would conceal the damage in different ways', async () => {
    for (const data of damaged(4)) {
      await expect(inWasm(data, firstQps)).rejects.toThrow(CoreRefusedError)
      await expect(natively(native, data, firstQps)).rejects.toThrow(RefusedError)
    }
  })
})
