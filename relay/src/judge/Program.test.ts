import { readFileSync } from 'node:fs'
import { PayloadTree } from '@lp/contracts/protocol'
import { bytesToHex } from 'viem'
import { expect, it } from 'vitest'
import type { Facts } from './Facts'
import { layout } from './layout'
import { memoryTree } from './memoryTree'
import * as Program from './Program'
import { Status } from './Status'

const header = readFileSync('contracts/judge/program/layout.h', 'utf8')
const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7 + 1) & 255)

const facts = (sourceBytes: number, renditionBytes: number): Facts => ({
  ...{ sourceBytes, renditionBytes, durationMs: 2_000 },
  options: { width: 1280, height: 720, fps: 30, renditionHeight: 360 },
  output: { qp: 28, canonicalHash: `0x${'ab'.repeat(32)}`, bits: 1_234_567 },
})

it('the memory of the program has the same layout in C and in TypeScript', () => {
  const addresses = [...header.matchAll(/^#define (\w+)_AT (0x\w+)$/gm)].map(([, name, at]) => [name, Number(at)])
  const expected = Object.entries(layout).map(([name, at]) => [name.toUpperCase(), at])
  expect(addresses).toEqual(expected)
})

it.each([
  [1, 31],
  [32, 33],
  [4_096, 100_000],
  [0, 1_000_000],
])('the chain can compute the first memory root from the roots of the parts: %i and %i bytes', async (long, short) => {
  const [image, source, rendition] = [bytes(10_000), bytes(long), bytes(short)]
  const first = Program.start({ image, source, rendition, facts: facts(long, short) })
  const rootOf = async (data: Uint8Array) => PayloadTree.root(await PayloadTree.build(data))
  const root = await Program.firstMemoryRoot({
    ...{ program: await Program.rootOf(image), facts: facts(long, short) },
    ...{ source: await rootOf(source), rendition: await rootOf(rendition) },
  })
  expect(root).toBe(bytesToHex((await memoryTree(first.pages)).root))
})

it('the numbers of the facts have fixed places', () => {
  const [page] = [
    ...Program.start({ image: bytes(1), source: bytes(5), rendition: bytes(6), facts: facts(5, 6) }).pages,
  ]
    .filter(([number]) => number === layout.facts / 4_096)
    .map(([, page]) => page)
  const view = new DataView((page as Uint8Array).buffer)
  const numbers = Array.from({ length: 8 }, (_, index) => view.getUint32(4 * index, true))
  expect(numbers).toEqual([5, 6, 1280, 720, 30, 360, 28, 2_000])
  expect(bytesToHex((page as Uint8Array).subarray(32, 64))).toBe(`0x${'ab'.repeat(32)}`)
  expect(view.getUint32(64, true)).toBe(1_234_567)
})

it('a program that ended gives its verdict and reasons, and a program that did not end well convicts nobody', () => {
  const state = { ...Program.start({ image: bytes(1), source: bytes(1), rendition: bytes(1), facts: facts(1, 1) }) }
  state.registers = new Uint32Array(32)
  state.registers.set([2, 0b1010010], 10)
  const cheated = { verdict: 'Invalid', codes: ['receipt', 'timestamps', 'sound'] }
  expect(Program.resultOf({ ...state, status: Status.Exited })).toEqual(cheated)
  for (const status of [Status.Running, Status.Misaligned, Status.OutsideMemory])
    expect(Program.resultOf({ ...state, status })).toEqual({ verdict: 'InputInvalid', codes: [] })
})
