import { concat, type Hex, keccak256, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { asm } from '../../testbeds/riscv/assemble'
import { before, stateOf } from '../../testbeds/riscv/Case'
import { memoryBytes } from './Pages'
import { Status } from './Status'
import { type Proof, witness } from './Witness'

const rootOf = ([leaf, ...siblings]: Proof, address: number) =>
  siblings.reduce<Hex>(
    (node, sibling, level) =>
      keccak256(concat(Math.floor(address / 32 / 2 ** level) % 2 === 0 ? [node, sibling] : [sibling, node])),
    leaf,
  )
const isNothing = (proof: Proof) => proof.every((word) => word === zeroHash)

describe('the witness of a step', () => {
  it.each([
    ['a load', asm.lh({ rd: 5, rs1: 10, imm: -2 }), before.address - 2],
    ['a store', asm.sb({ rs1: 10, imm: 31 }), before.address + 31],
    ['a load from the leaf of the instruction', asm.lw({ rd: 5, imm: before.pc / 2 - 4 }), before.pc / 2 - 4],
  ])('of %s proves the instruction and the datum', async (_, word, address) => {
    const { state, fetched, accessed } = await witness(stateOf({ word, a: before.address }))
    expect(rootOf(fetched, before.pc)).toBe(state.memoryRoot)
    expect(rootOf(accessed, address)).toBe(state.memoryRoot)
  })

  it.each([
    ['an addition', asm.add()],
    ['an unknown load', 0x0005_3603],
    ['an unknown store', 0x00b5_3023],
    ['a misaligned store', asm.sw({ rs1: 10, imm: 2 })],
    ['a load beyond the memory', asm.lw({ imm: -4 })],
  ])('of %s proves only the instruction', async (_, word) => {
    const { state, fetched, accessed } = await witness(stateOf({ word, a: before.address }))
    expect(rootOf(fetched, before.pc)).toBe(state.memoryRoot)
    expect(isNothing(accessed)).toBe(true)
  })

  it.each([
    ['a halted machine', { status: Status.Exited }],
    ['a misaligned pc', { pc: 2 }],
    ['a pc beyond the memory', { pc: memoryBytes }],
  ])('of %s proves nothing', async (_, change) => {
    const { fetched, accessed } = await witness({ ...stateOf({ word: asm.lw({ rs1: 10 }) }), ...change })
    expect([fetched, accessed].every(isNothing)).toBe(true)
  })
})
