import { toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../testbeds/fuzz'
import { asm } from '../../testbeds/riscv/assemble'
import { before, type Case, stateOf } from '../../testbeds/riscv/Case'
import { cases } from '../../testbeds/riscv/cases'
import { randomState } from '../../testbeds/riscv/randomStates'
import { Interpreter } from './Interpreter'
import * as State from './State'
import { witness } from './Witness'
import { wordAt } from './wordAt'

const machine = new Interpreter(State.start({ regions: [], entry: 0 }))
const after = (state: State.State): State.State => {
  machine.load(state)
  machine.run(1)
  return machine.state()
}

const edges = [0, 1, 31, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
const operators = (Object.keys(asm) as (keyof typeof asm)[]).filter((name) => (asm[name]() & 0x7f) === 0x33)
const pairs = operators.flatMap((name) =>
  edges.flatMap((a) => edges.map((b) => ({ word: asm[name]({ rd: 12, rs1: 10, rs2: 11 }), a, b }))),
)

/** word, a, b and datum before the step; status, pc, rd and datum after it. contracts/test/verification/Machine.t.sol reads the rows. */
function rowOf({ word, a = 0, b = 0, datum = before.datum }: Pick<Case, 'word' | 'a' | 'b' | 'datum'>): number[] {
  const { status, pc, registers, pages } = after(stateOf({ word, a, b, datum }))
  return [word, a, b, datum, status, pc, registers[12] as number, wordAt(pages, before.address)]
}

/** Steps with all hashes: of random states, the first ones that access a datum. */
async function steps(count: number) {
  const random = randomFrom(60)
  const found: unknown[] = []
  while (found.length < count) {
    const state = randomState(random)
    const { state: preimage, fetched, accessed } = await witness(state)
    if (accessed.every((word) => BigInt(word) === 0n)) continue
    const { memoryRoot, registers, status } = preimage
    const words = registers.map((word) => toHex(word, { size: 32 }))
    found.push({ memoryRoot, registers: words, status, fetched, accessed, next: await State.hash(after(state)) })
  }
  return found
}

describe('vectors/Machine.json', () => {
  it('has the steps that the interpreter makes', async () => {
    const vectors = { before, rows: [...cases, ...pairs].flatMap(rowOf), steps: await steps(8) }
    await expect(`${JSON.stringify(vectors, null, 1)}\n`).toMatchFileSnapshot('../../../contracts/vectors/Machine.json')
  })
})
