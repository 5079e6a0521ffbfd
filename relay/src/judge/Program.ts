import { Verdict } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import * as Facts from './Facts'
import type * as State from './State'
import { Status } from './Status'
import type { Task } from './Task'

/** The `Task.programRoot` of the image which contracts/judge/program/build.sh builds. */
export const programRoot: Hex = '0x8a4718eacfd0bae7ad446e356fd43a2c05be051dc36cc2986f9972601d139d27'

/** The `PayloadTree.hash` of the image. A relay serves the image under this name. */
export const imageHash: Hex = '0x0ad596fe79b2430766ddf354ffc02ad4f723a683c8a75e3115fb67df96780152'

/** The program as a region of the memory. */
export const regionOf = (image: Uint8Array) => ({ address: 0, bytes: image })

/** The task to judge a rendition. */
export const task = ({
  image,
  source,
  rendition,
  facts,
}: {
  image: Uint8Array
  source: Uint8Array
  rendition: Uint8Array
  facts: Facts.Facts
}): Task => ({ program: [regionOf(image)], inputs: [source, rendition], options: Facts.encode(facts) })

/** The reasons that the program gives for its verdict, as `Finding` of the room `check` names them. */
export type Code = (typeof codes)[number]
const codes = ['source-refused', 'receipt', 'malformed', 'size', 'timestamps', 'picture', 'sound'] as const

/**
 * The verdict of a state in which the program has ended. A program that traps, or that has not ended, gives no verdict of its own: nobody can
 * be convicted then, so the segment counts as one that no transcoder can process.
 */
export function resultOf({ status, registers }: State.State): { verdict: Verdict.Verdict; codes: Code[] } {
  const [a0, a1] = [registers[10] as number, registers[11] as number]
  if (status !== Status.Exited) return { verdict: 'InputInvalid', codes: [] }
  return { verdict: Verdict.fromNumber(a0) ?? 'InputInvalid', codes: codes.filter((_, bit) => (a1 >> bit) & 1) }
}
