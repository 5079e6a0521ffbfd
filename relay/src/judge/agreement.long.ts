import { PayloadTree, Recipe } from '@lp/contracts/protocol'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CheatName, cheatNames, writeCheat } from '../../testbeds/cheats'
import { corpus, damaged, ladder, type Case as Sample, streamOf } from '../../testbeds/corpus'
import { type Case, checkRenditions, judge, loadImage } from '../../testbeds/judged/judgedProgram'
import { transcode } from '../../testbeds/native'
import type { Ffmpeg } from '../transcoder/Ffmpeg'
import { findFfmpeg } from '../transcoder/findFfmpeg'

let image: Uint8Array
let ffmpeg: Ffmpeg
let first: Case
beforeAll(async () => {
  image = await loadImage()
  ffmpeg = await findFfmpeg()
  first = await workOf(ffmpeg, streamOf(1)[0] as Uint8Array)
}, 10 * 60_000)

const options = ladder
const valid = { verdict: 'Valid', codes: [] }
const refused = { verdict: 'InputInvalid', codes: ['source-refused'] }

/** What a transcoder with this ffmpeg makes from a segment. */
async function workOf(ffmpeg: Ffmpeg, source: Uint8Array): Promise<Case> {
  const qps = options.renditions.map((_, index) => Recipe.qp0(options, index))
  const { payloads, outputs } = await transcode(ffmpeg, { options, qps, data: source })
  const segment = { dataHash: await PayloadTree.hash(source), durationMs: 3_000 }
  return { work: { options, segment, outputs, preceding: 'verified' }, payloads: { source, renditions: payloads } }
}

/** The same work, with another source. */
const withSource = async ({ work, payloads }: Case, source: Uint8Array): Promise<Case> => ({
  work: { ...work, segment: { ...work.segment, dataHash: await PayloadTree.hash(source) } },
  payloads: { ...payloads, source },
})

/** The same work, where the transcoder serves another rendition of the largest size. */
async function serving({ work, payloads }: Case, payload: Uint8Array): Promise<Case> {
  const [output, ...outputs] = work.outputs as [Recipe.Output, ...Recipe.Output[]]
  const [, ...renditions] = payloads.renditions
  return {
    work: { ...work, outputs: [{ ...output, dataHash: await PayloadTree.hash(payload) }, ...outputs] },
    payloads: { ...payloads, renditions: [payload, ...renditions] },
  }
}

/** The same work, where the receipt says something else about the largest rendition. */
function claiming({ work, payloads }: Case, change: Partial<Recipe.Output>): Case {
  const [output, ...outputs] = work.outputs as [Recipe.Output, ...Recipe.Output[]]
  return { work: { ...work, outputs: [{ ...output, ...change }, ...outputs] }, payloads }
}

describe('native ffmpeg, the WASM core and the judged program agree', () => {
  it.each(corpus())('about honest work: $name', async ({ data }: Sample) => {
    const segment = await workOf(ffmpeg, data)
    expect(judge(image, segment)).toEqual([valid, valid])
    expect(await checkRenditions(segment)).toEqual([valid, valid])
  })

  it.each(cheatNames)('about a cheat: %s', async (name: CheatName) => {
    const [source, other] = streamOf(2) as [Uint8Array, Uint8Array]
    const cheat = await findFfmpeg({ LP_FFMPEG: await writeCheat(name) })
    const begun = await workOf(cheat, source)
    const segment = name === 'another segment’s output' ? await workOf(cheat, other) : begun
    const judged = judge(image, segment)
    expect(judged).toEqual(await checkRenditions(segment))
    expect(judged.map(({ verdict }) => verdict)).toContain('Invalid')
  })

  it('about a wrong rendition, a wrong quantiser, a payload that is no segment, and a false receipt', async () => {
    const { bits, qp } = first.work.outputs[0] as Recipe.Output
    const cheats = [
      await serving(first, first.payloads.renditions[1] as Uint8Array),
      await serving(first, first.payloads.source),
      await serving(first, crypto.getRandomValues(new Uint8Array(10_000))),
      await serving(first, new Uint8Array(0)),
      claiming(first, { qp: qp + 5 }),
      claiming(first, { bits: bits - 8 }),
      claiming(first, { canonicalHash: `0x${'11'.repeat(32)}` }),
    ]
    for (const segment of cheats) {
      const [judged, honest] = judge(image, segment)
      expect([judged, honest]).toEqual(await checkRenditions(segment))
      expect([judged?.verdict, honest]).toEqual(['Invalid', valid])
    }
  })

  it('about a source that no transcoder can process', async () => {
    const small = { ...options, width: 160, height: 120 }
    const sources = [...damaged(4), crypto.getRandomValues(new Uint8Array(5_000)), new Uint8Array(0)]
    const cases = await Promise.all(sources.map((source) => withSource(first, source)))
    const { work, payloads } = first
    const limited = [
      { work: { ...work, options: small }, payloads },
      { work: { ...work, options: { ...options, fps: 1 } }, payloads },
      { work: { ...work, segment: { ...work.segment, durationMs: 1 } }, payloads },
    ]
    for (const segment of [...cases, ...limited]) {
      expect(judge(image, segment)).toEqual([refused, refused])
      expect(await checkRenditions(segment)).toEqual([refused, refused])
    }
  })
})
