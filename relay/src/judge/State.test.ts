import { encodePacked, keccak256, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { memoryTree } from './memoryTree'
import * as State from './State'
import { Status } from './Status'

const state: State.State = {
  ...State.start({ regions: [{ address: 64, bytes: Uint8Array.of(1, 2, 3) }], entry: 0x1234_5678 }),
  registers: Uint32Array.from({ length: 32 }, (_, index) => index * 0x0101_0101),
  status: Status.Exited,
}

describe('the hash of a state', () => {
  it('is over the memory root, pc, x1 to x31 and the status', async () => {
    const words = [state.pc, ...state.registers.subarray(1)]
    const root = toHex((await memoryTree(state.pages)).root)
    const types = ['bytes32', ...words.map(() => 'uint32' as const), 'uint256'] as const
    const packed = encodePacked([...types], [root, ...words, BigInt(Status.Exited)])
    expect(await State.hash(state)).toBe(keccak256(packed))
  })

  it('never changes for the same state', async () => {
    expect(await State.hash(state)).toMatchInlineSnapshot(
      `"0xebf663f659b1ab5c2fb9fcd22cd1757f19281572d1bb2286ccf0915533ee7ce3"`,
    )
  })

  it('differs if a register, pc, the status or a byte of the memory differs', async () => {
    const others: State.State[] = [
      { ...state, pc: 0 },
      { ...state, status: Status.Breakpoint },
      { ...state, registers: state.registers.with(31, 0) },
      { ...state, registers: state.registers.with(1, 0) },
      { ...state, pages: new Map() },
    ]
    const hashes = await Promise.all([state, ...others].map(State.hash))
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('ignores x0, and pages that have only zeros', async () => {
    const same = {
      ...state,
      registers: state.registers.with(0, 5),
      pages: new Map([...state.pages, [9, new Uint8Array(4096)]]),
    }
    expect(await State.hash(same)).toBe(await State.hash(state))
  })
})

it('gives the contract pc and the registers in four words', async () => {
  const { registers, status } = await State.preimage(state)
  expect(status).toBe(Status.Exited)
  expect(registers.map((word) => toHex(word, { size: 32 }))).toEqual([
    '0x1234567801010101020202020303030304040404050505050606060607070707',
    '0x08080808090909090a0a0a0a0b0b0b0b0c0c0c0c0d0d0d0d0e0e0e0e0f0f0f0f',
    '0x1010101011111111121212121313131314141414151515151616161617171717',
    '0x18181818191919191a1a1a1a1b1b1b1b1c1c1c1c1d1d1d1d1e1e1e1e1f1f1f1f',
  ])
})
