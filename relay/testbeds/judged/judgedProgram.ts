import type { Recipe } from '@lp/contracts/protocol'
import { judgedImage } from '@lp/contracts/script/judgedImage'
import { type Conclusion, checkSegment, type Work } from '../../src/check/checkSegment'
import { type Facts, Program, type State, WasmMachine } from '../../src/judge'
import { runFfmpegCore } from '../../src/verifier/ffmpegCore'

/** More than any segment of a test needs. */
const maxSteps = 2 ** 37

/** The image of the judged program, which is built once. */
export const loadImage = () => judgedImage(Program.imageHash)

/** A segment's work whose payloads are not missing. */
export type Case = { work: Work; payloads: { source: Uint8Array; renditions: readonly Uint8Array[] } }
type Result = ReturnType<typeof Program.resultOf>

/** What the chain knows about rendition `index` of a segment. */
export function factsOf({ work, payloads: { source, renditions } }: Case, index: number): Facts {
  const { width, height, fps, renditions: wanted } = work.options
  return {
    ...{ sourceBytes: source.length, renditionBytes: renditions[index]?.length as number },
    options: { width, height, fps, renditionHeight: wanted[index]?.height as number },
    ...{ durationMs: work.segment.durationMs, output: work.outputs[index] as Recipe.Output },
  }
}

/** The first state of the program that judges rendition `index` of a segment. */
export const firstState = (image: Uint8Array, segment: Case, index: number): State.State => {
  const { source, renditions } = segment.payloads
  return Program.start({ image, source, rendition: renditions[index] as Uint8Array, facts: factsOf(segment, index) })
}

let machine: WasmMachine | undefined

/** What the judged program says about each rendition. */
export const judge = (image: Uint8Array, segment: Case): Result[] =>
  segment.work.outputs.map((_, index) => {
    const first = firstState(image, segment, index)
    machine ??= new WasmMachine(first)
    machine.load(first)
    machine.run(maxSteps)
    return Program.resultOf(machine.state())
  })

/** What a check by the WASM core says about each rendition, in the words of the judged program. */
export async function checkRenditions({ work, payloads }: Case): Promise<Result[]> {
  // The chain decides about the quantisers, so the program takes them as they are.
  const { verdict, findings } = await checkSegment({
    ...{ runner: runFfmpegCore, work: { ...work, preceding: 'verified' }, payloads },
  })
  return work.outputs.map((_, index) => {
    const codes = findings.filter(({ rendition }) => rendition === undefined || rendition === index)
    return { verdict: verdictOf(verdict, codes.length > 0), codes: codes.map(({ code }) => code as Program.Code) }
  })
}

const verdictOf = (verdict: Conclusion['verdict'], isFound: boolean) =>
  verdict === 'InputInvalid' ? verdict : isFound ? 'Invalid' : 'Valid'
