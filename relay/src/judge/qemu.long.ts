import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../testbeds/fuzz'
import { elf } from '../../testbeds/riscv/elf'
import { operandsProgram, type Program, randomProgram } from '../../testbeds/riscv/programs'
import { Interpreter } from './Interpreter'
import type { Pages } from './Pages'
import * as State from './State'
import { Status } from './Status'

/** What the program prints with Debian's emulator. */
function printed(program: Program): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'lp-riscv-'))
  try {
    const file = join(directory, 'program')
    writeFileSync(file, elf(program), { mode: 0o700 })
    const { status, stdout, error } = spawnSync('qemu-riscv32', [file], { maxBuffer: 2 ** 26 })
    if (error) throw error
    expect(status).toBe(0)
    return new Uint8Array(stdout)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** What the program would print if our machine had system calls, and the number of its steps. */
function computed(program: Program): { output: Uint8Array; steps: number } {
  const machine = new Interpreter(State.start({ regions: [program], entry: program.address }))
  const steps = machine.run(10_000_000)
  const { status, registers, pages } = machine.state()
  expect(status).toBe(Status.Exited)
  return { output: bytesAt(pages, registers[11] as number, registers[12] as number), steps }
}

const bytesAt = (pages: Pages, address: number, length: number) =>
  Uint8Array.from({ length }, (_, at) => pages.get((address + at) >>> 12)?.[(address + at) % 4096] ?? 0)

describe('the interpreter computes what qemu computes', () => {
  it('in each instruction with two registers, with all pairs of edge values', () => {
    const program = operandsProgram()
    expect(computed(program).output).toEqual(printed(program))
  })

  it('in a million random steps', () => {
    let total = 0
    for (let seed = 0; total < 1_000_000; seed++) {
      const program = randomProgram(randomFrom(seed), { blocks: 100, length: 500 })
      const { output, steps } = computed(program)
      expect(output, `seed ${seed}`).toEqual(printed(program))
      total += steps
    }
  })
})
