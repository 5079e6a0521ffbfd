import type { Hex } from 'viem'
import * as Dissection from './Dissection'
import * as State from './State'
import { Status } from './Status'
import { type Witness, witness } from './Witness'

/** The number of steps that a dispute is about. A program that halts earlier stays in its last state. */
export const disputedSteps = 2 ** 35

/** After so many dissections, a part is one step: 32⁷ = 2³⁵. */
const levels = 7

/** Port: the states of a program after these numbers of steps. `Execution` implements it, and is fast if the steps rise. */
export type States = { stateAt(step: number): State.State }

/** Where a game stands: the number of dissections so far, and the last one, which begins after `firstStep` steps. */
export type Position = { level: number; firstStep: number; last: Dissection.Dissection }

/** What the party on turn sends to the contract. */
export type Move =
  | { action: 'dissect'; level: number; part: Dissection.Part; ends: readonly Hex[] }
  | { action: 'decide'; part: Dissection.Part; witness: Witness }

/**
 * The result of a program in a state, as contracts/src/types/MachineState.sol computes it: the status times 2³², and, if the program exited,
 * plus a0.
 */
export function resultOf({ status, registers }: State.State): bigint {
  return (BigInt(status) << 32n) | (status === Status.Exited ? BigInt(registers[10] as number) : 0n)
}

/** What an objector sends to the court: the last state, and its first dissection. */
export async function opening(party: States): Promise<{ end: State.Preimage; ends: Hex[] }> {
  const ends = await all(hashesOfParts(party, { firstStep: 0, steps: disputedSteps }))
  return { end: await State.preimage(party.stateAt(disputedSteps)), ends }
}

/**
 * The move of a party that computes these states: it picks the first part whose end is wrong. The move depends only on the position, so a
 * party that has lost everything but the task can go on. Undefined if the party agrees with all that the other party says.
 */
export async function moveFrom(position: Position, party: States): Promise<Move | undefined> {
  const { level, firstStep, last } = position
  const steps = disputedSteps / Dissection.partCount ** (level - 1)
  const index = await firstDifference(hashesOfParts(party, { firstStep, steps }), last.ends)
  if (index === undefined) return undefined
  const part = Dissection.part(last, index)
  const partSteps = steps / Dissection.partCount
  const partStart = firstStep + index * partSteps
  if (level === levels) return { action: 'decide', part, witness: await witness(party.stateAt(partStart)) }
  return {
    action: 'dissect',
    level,
    part,
    ends: await all(hashesOfParts(party, { firstStep: partStart, steps: partSteps })),
  }
}

/** The hashes of the states after each of 32 equal parts of these steps. Keeps no state, because states of large programs need much memory. */
async function* hashesOfParts(party: States, { firstStep, steps }: { firstStep: number; steps: number }) {
  const partSteps = steps / Dissection.partCount
  for (let part = 1; part <= Dissection.partCount; part++)
    yield await State.hash(party.stateAt(firstStep + part * partSteps))
}

async function all(hashes: AsyncIterable<Hex>): Promise<Hex[]> {
  const list: Hex[] = []
  for await (const hash of hashes) list.push(hash)
  return list
}

async function firstDifference(hashes: AsyncIterable<Hex>, others: readonly Hex[]): Promise<number | undefined> {
  let index = 0
  for await (const hash of hashes) {
    if (hash !== others[index]) return index
    index++
  }
  return undefined
}
