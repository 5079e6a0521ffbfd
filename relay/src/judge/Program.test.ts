import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Facts } from './Facts'
import { memoryBytes } from './Pages'
import * as Program from './Program'
import { Status } from './Status'
import * as Task from './Task'

const inC = (name: string) => readFileSync(`contracts/judge/program/${name}.h`, 'utf8')
const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7 + 1) & 255)

const facts: Facts = {
  options: { width: 1280, height: 720, fps: 30, renditionHeight: 360 },
  durationMs: 2_000,
  output: { qp: 28, canonicalHash: `0x${'ab'.repeat(32)}`, bits: 1_234_567 },
}
const first = () =>
  Task.firstState(Program.task({ image: bytes(10_000), source: bytes(5), rendition: bytes(6), facts }))

it('the memory of the program has the same layout in C and in TypeScript', () => {
  const addresses = [...inC('layout').matchAll(/^#define (\w+) (0x\w+)$/gm)].map(([, name, at]) => [name, Number(at)])
  expect(Object.fromEntries(addresses)).toEqual({
    ...{ PROGRAM_AT: 0, WORDS_AT: Task.wordsAddress, SOURCE_AT: Task.inputAddress(0) },
    ...{ RENDITION_AT: Task.inputAddress(1), WORK_AT: Task.zerosAddress, MEMORY_END: memoryBytes, ENTRY_AT: 4_096 },
  })
})

it('the words of the program have the same order in C and in TypeScript', () => {
  const [, names = ''] = /enum word \{([^}]*)\}/.exec(inC('facts')) ?? []
  const page = first().pages.get(Task.wordsAddress / 4_096) as Uint8Array
  const words = names.split(',').map((name, index) => {
    const view = new DataView(page.buffer, page.byteOffset + 32 * index, 32)
    const isNumber = view.getBigUint64(0) === 0n && view.getBigUint64(8) === 0n && view.getBigUint64(16) === 0n
    return [name.trim(), isNumber ? Number(view.getBigUint64(24)) : 'a hash']
  })
  expect(Object.fromEntries(words)).toEqual({
    ...{ SOURCE_BYTES: 5, RENDITION_BYTES: 6, WIDTH: 1280, HEIGHT: 720, FPS: 30, RENDITION_HEIGHT: 360 },
    ...{ QP: 28, DURATION_MS: 2_000, CANONICAL_HASH: 'a hash', BITS: 1_234_567 },
  })
})

it('a program that ended gives its verdict and reasons, and a program that did not end well convicts nobody', () => {
  const state = { ...first(), registers: new Uint32Array(32) }
  state.registers.set([2, 0b1010010], 10)
  const cheated = { verdict: 'Invalid', codes: ['receipt', 'timestamps', 'sound'] }
  expect(Program.resultOf({ ...state, status: Status.Exited })).toEqual(cheated)
  for (const status of [Status.Running, Status.Misaligned, Status.OutsideMemory])
    expect(Program.resultOf({ ...state, status })).toEqual({ verdict: 'InputInvalid', codes: [] })
})
