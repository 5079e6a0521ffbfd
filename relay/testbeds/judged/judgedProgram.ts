import type { Recipe } from '@lp/contracts/protocol'
import { judgedImage } from '@lp/contracts/script/judgedImage'
import { type Conclusion, checkSegment, type Work } from '../../src/check/checkSegment'
import { type Facts, Program, Task, WasmMachine } from '../../src/judge'
import { runFfmpegCore } from '../../src/verifier/ffmpegCore'

/** More than any segment of a test needs. */
const maxSteps = 2 ** 37

/** The image of the judged program, which is built once. */
export const loadImage = () => judgedImage(Program.imageHash)

/** A segment's work whose payloads are not missing. */
export type Case = { work: Work; payloads: { source: Uint8Array; renditions: readonly Uint8Array[] } }
type Result = ReturnType<typeof Program.resultOf>

/** What the chain knows about rendition `index` of a segment. */
function factsOf({ work }: Case, index: number): Facts {
  const { width, height, fps, renditions: wanted } = work.options
  return {
    options: { width, height, fps, renditionHeight: wanted[index]?.height as number },
    ...{ durationMs: work.segment.durationMs, output: work.outputs[index] as Recipe.Output },
  }
}

/** The task to judge rendition `index` of a segment. */
export const taskOf = (image: Uint8Array, segment: Case, index: number): Task.Task => {
  const { source, renditions } = segment.payloads
  return Program.task({ image, source, rendition: renditions[index] as Uint8Array, facts: factsOf(segment, index) })
}

let machine: WasmMachine | undefined

/** What the judged program says about each rendition. */
export const judge = (image: Uint8Array, segment: Case): Result[] =>
  segment.work.outputs.map((_, index) => {
    const first = Task.firstState(taskOf(image, segment, index))
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
