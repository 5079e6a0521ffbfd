import { PayloadTree, Recipe } from '@lp/contracts/protocol'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CheatName, cheatNames, cheats, writeCheat } from '../../testbeds/cheats'
import { damaged, ladder, streamOf } from '../../testbeds/corpus'
import { type Transcoded, transcode } from '../../testbeds/native'
import type { Ffmpeg } from '../transcoder/Ffmpeg'
import { findFfmpeg } from '../transcoder/findFfmpeg'
import { runFfmpegCore } from '../verifier/ffmpegCore'
import { checkSegment, type Payloads, type Work } from './checkSegment'

type Case = { work: Work; payloads: Payloads & { renditions: Uint8Array[] } }

let ffmpeg: Ffmpeg
let sources: Uint8Array[]
let first: Case
let second: Case

beforeAll(async () => {
  ffmpeg = await findFfmpeg()
  sources = streamOf(2)
  first = await caseOf(ffmpeg, sources[0] as Uint8Array)
  second = await caseOf(ffmpeg, sources[1] as Uint8Array, first)
})

const durationMs = 500

/** The receipt and the payloads that a transcoder with this ffmpeg makes from a source. */
async function caseOf(ffmpeg: Ffmpeg, source: Uint8Array, before?: Case): Promise<Case> {
  const preceding = before ? { outputs: before.work.outputs, durationMs } : 'none'
  const qps = Recipe.quantisersAfter(preceding, ladder)
  const { payloads, outputs }: Transcoded = await transcode(ffmpeg, { options: ladder, data: source, qps })
  const segment = { dataHash: await PayloadTree.hash(source), durationMs }
  return { work: { options: ladder, segment, outputs, preceding }, payloads: { source, renditions: payloads } }
}

const check = ({ work, payloads }: { work: Work; payloads: Payloads }) =>
  checkSegment({ runner: runFfmpegCore, work, payloads })
const codes = async (checked: ReturnType<typeof check>) => {
  const { verdict, findings } = await checked
  return { verdict, codes: [...new Set(findings.map(({ code }) => code))] }
}
const withOutput = ({ work }: Case, change: Partial<Recipe.Output>): Work => {
  const [output, ...rest] = work.outputs
  return { ...work, outputs: [{ ...(output as Recipe.Output), ...change }, ...rest] }
}

describe('an honest transcoder', () => {
  it('gets the verdict Valid for the first and for the second segment of a stream', async () => {
    expect(await check(first)).toEqual({ verdict: 'Valid', findings: [] })
    expect(await check(second)).toEqual({ verdict: 'Valid', findings: [] })
  })

  it('gets the verdict Valid if only its receipt is checked, and not the renditions', async () => {
    expect(await check({ ...first, payloads: { source: first.payloads.source } })).toMatchObject({ verdict: 'Valid' })
  })
})

describe('a cheating transcoder', () => {
  it.each(cheatNames)('is found: %s', async (name: CheatName) => {
    const path = await writeCheat(name)
    const cheat = await findFfmpeg({ LP_FFMPEG: path })
    expect(cheat.path).toBe(path)
    const honest = await caseOf(cheat, sources[0] as Uint8Array)
    const found = await check(
      name === 'another segment’s output' ? await caseOf(cheat, sources[1] as Uint8Array) : honest,
    )
    expect(found.verdict).toBe('Invalid')
    expect(found.findings.map(({ code }) => code)).toContain(cheats[name].finds)
  })

  it('is found by its receipt when the quantiser does not follow from the preceding receipt', async () => {
    const { qp } = first.work.outputs[0] as Recipe.Output
    const { verdict, findings } = await check({ ...first, work: withOutput(first, { qp: qp + 5 }) })
    const sentence = `The quantiser is ${qp + 5} where the rule gives ${qp}.`
    expect({ verdict, findings }).toEqual({
      verdict: 'Invalid',
      findings: [{ code: 'quantiser', rendition: 0, sentence }],
    })
    const started = await codes(check({ ...second, work: { ...second.work, preceding: 'none' } }))
    expect(started).toEqual({ verdict: 'Invalid', codes: ['quantiser'] })
  })

  it('is found when its receipt has the canonical hash of the correct rendition, but the transcoder serves another rendition', async () => {
    const [, small] = first.payloads.renditions as [Uint8Array, Uint8Array]
    const work = withOutput(first, { dataHash: await PayloadTree.hash(small) })
    expect(await codes(check({ work, payloads: { ...first.payloads, renditions: [small, small] } }))).toEqual({
      verdict: 'Invalid',
      codes: ['size', 'picture'],
    })
  })

  it('is found when it serves the correct rendition, but its receipt has another canonical hash or fewer bits', async () => {
    const { bits } = first.work.outputs[0] as Recipe.Output
    for (const change of [{ bits: bits - 8 }, { canonicalHash: `0x${'11'.repeat(32)}` as const }])
      expect(await codes(check({ ...first, work: withOutput(first, change) }))).toEqual({
        verdict: 'Invalid',
        codes: ['receipt'],
      })
  })

  it('is found when it serves a payload that is not a segment', async () => {
    const noise = crypto.getRandomValues(new Uint8Array(10_000))
    const work = withOutput(first, { dataHash: await PayloadTree.hash(noise) })
    const payloads = { ...first.payloads, renditions: [noise, first.payloads.renditions[1]] }
    expect(await codes(check({ work, payloads }))).toEqual({ verdict: 'Invalid', codes: ['malformed'] })
  })

  it('is found when it leaves a rendition out', async () => {
    const work = { ...first.work, outputs: first.work.outputs.slice(1) }
    expect(await codes(check({ ...first, work }))).toEqual({ verdict: 'Invalid', codes: ['receipt'] })
  })
})

describe('no transcoder is convicted', () => {
  it('when the source is not available, or has a wrong hash', async () => {
    const [, other] = sources
    for (const source of [undefined, other, new Uint8Array(17 * 1024 * 1024)])
      expect(await codes(check({ ...first, payloads: { ...first.payloads, source } }))).toEqual({
        verdict: 'Unavailable',
        codes: ['source-missing'],
      })
  })

  it('when a rendition is not available, unless the receipt is wrong about another rendition', async () => {
    const [large, small] = first.payloads.renditions as [Uint8Array, Uint8Array]
    for (const missing of [undefined, new Uint8Array(9)]) {
      const payloads = { ...first.payloads, renditions: [missing, small] }
      expect(await codes(check({ ...first, payloads }))).toEqual({ verdict: 'Unavailable', codes: ['payload-missing'] })
      const lie = {
        ...first,
        work: withOutput(first, { bits: 8 }),
        payloads: { ...payloads, renditions: [large, missing] },
      }
      expect(await codes(check(lie))).toEqual({ verdict: 'Invalid', codes: ['receipt', 'payload-missing'] })
    }
  })

  it('when the source is damaged, is larger than the options of its job allow, or is not a segment', async () => {
    const [bits] = damaged(1)
    const small = { ...ladder, width: 160, height: 120, renditions: ladder.renditions.slice(1) }
    const noise = crypto.getRandomValues(new Uint8Array(5_000))
    const refused = { verdict: 'InputInvalid', codes: ['source-refused'] }
    const outputs = first.work.outputs
    const over = async (source: Uint8Array, change: Partial<Work> = {}) => {
      const segment = { durationMs, dataHash: await PayloadTree.hash(source) }
      return codes(check({ work: { ...first.work, segment, ...change }, payloads: { ...first.payloads, source } }))
    }
    expect(await over(bits as Uint8Array)).toEqual(refused)
    expect(await over(noise)).toEqual(refused)
    expect(await over(new Uint8Array(0))).toEqual(refused)
    const source = first.payloads.source as Uint8Array
    const change = { options: small, outputs: outputs.slice(1), preceding: 'verified' } as const
    expect(await over(source, change)).toEqual(refused)
  })

  it('when the checking machine fails', async () => {
    const runner = () => Promise.reject(new TypeError('out of memory'))
    await expect(checkSegment({ runner, ...first })).rejects.toThrow('out of memory')
  })
})
