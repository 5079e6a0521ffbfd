import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Region } from '../../relay/src/judge'

/** Compiles bench/judge/kernel.c for the machine. */
export function compileKernel(): { regions: Region[]; entry: number } {
  const directory = mkdtempSync(join(tmpdir(), 'lp-bench-'))
  const file = join(directory, 'kernel.elf')
  const target = ['-march=rv32im', '-mabi=ilp32', '-O2', '-ffreestanding', '-nostdlib', '-static']
  // A library of the compiler has memcpy for programs without an operating system.
  const args = [...target, '-o', file, 'bench/judge/kernel.c', '-Wl,-Ttext=0x1000', '-lgcc']
  try {
    const { status, stderr, error } = spawnSync('riscv64-unknown-elf-gcc', args, { encoding: 'utf8' })
    if (error || status !== 0) throw new CompileError(`The compiler failed: ${error?.message ?? stderr}`)
    return readElf(readFileSync(file))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The parts of a program that are loaded into the memory, and the address of its first instruction. */
function readElf(file: Uint8Array): { regions: Region[]; entry: number } {
  const view = new DataView(file.buffer, file.byteOffset)
  const word = (at: number) => view.getUint32(at, true)
  const headers = Array.from({ length: view.getUint16(44, true) }, (_, index) => word(28) + 32 * index)
  const loadable = headers.filter((at) => word(at) === 1)
  const regions = loadable.map((at) => {
    const [offset, address, length] = [word(at + 4), word(at + 8), word(at + 16)]
    return { address, bytes: file.subarray(offset, offset + length) }
  })
  return { regions, entry: word(24) }
}

class CompileError extends Error {
  override readonly name = 'CompileError'
}
