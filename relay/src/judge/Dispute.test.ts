import { describe, expect, it } from 'vitest'
import { honest, liar, taskOf } from '../../testbeds/disputes/program'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { disputedSteps, type Move, moveFrom, opening, type Position, resultOf, type States } from './Dispute'
import { Interpreter } from './Interpreter'
import * as State from './State'

const bytes = Uint8Array.from({ length: 40 }, (_, at) => at)
const truth = honest(taskOf({ bytes, isRight: true }))

/** Plays without a chain. Resolves with the move of the party that decides, and with its level. Undefined if a party has no move. */
async function play(objector: States, defender: States): Promise<Move | undefined> {
  const { ends } = await opening(objector)
  let position: Position = { level: 1, firstStep: 0, last: { start: await State.hash(objector.stateAt(0)), ends } }
  for (;;) {
    const move = await moveFrom(position, position.level % 2 === 1 ? defender : objector)
    if (move?.action !== 'dissect') return move
    const partSteps = disputedSteps / 32 ** position.level
    const firstStep = position.firstStep + Number(move.part.index) * partSteps
    expect(move.ends.at(-1)).not.toBe(move.part.end)
    position = { level: position.level + 1, firstStep, last: { start: move.part.start, ends: move.ends } }
  }
}

/** Whether the machine makes another step than the one that the move denies. */
async function isRefuted(move: Move | undefined, step: number): Promise<boolean> {
  if (move?.action !== 'decide') throw new TypeError('Nobody decides.')
  const machine = new Interpreter(truth.stateAt(step))
  machine.run(1)
  expect(move.witness.state).toEqual(await State.preimage(truth.stateAt(step)))
  return (await State.hash(machine.state())) !== move.part.end
}

describe('a dispute', () => {
  it.each(seeds(12))('ends at the first wrong step of the objector, seed %i', async (seed) => {
    const step = 1 + randomFrom(seed)(truth.length - 4)
    expect(await isRefuted(await play(liar(truth, step), truth), step - 1)).toBe(true)
  })

  it.each(seeds(12))('ends at a right step if the defender lies, seed %i', async (seed) => {
    const step = 1 + randomFrom(seed)(truth.length - 4)
    expect(await isRefuted(await play(truth, liar(truth, step)), step - 1)).toBe(false)
  })

  it('ends at a step of the halted machine if the objector says that a halted machine goes on', async () => {
    const step = 20_000_000_000
    const later = (wanted: number) => {
      const state = truth.stateAt(wanted)
      return wanted < step ? state : { ...state, pc: state.pc + 4 }
    }
    const move = await play({ stateAt: later }, truth)
    expect(await isRefuted(move, step - 1)).toBe(true)
  })

  it('has no move for a party that computes the same', async () => {
    expect(await play(truth, truth)).toBeUndefined()
  })
})

describe('the result of a program', () => {
  it.each([
    ['that exited', truth.stateAt(disputedSteps), 2n ** 32n],
    ['that gives 1', liar(truth, 1).stateAt(disputedSteps), 2n ** 32n + 1n],
    ['that runs', truth.stateAt(9), 0n],
  ])('%s', (_, state, result) => {
    expect(resultOf(state)).toBe(result)
  })
})
