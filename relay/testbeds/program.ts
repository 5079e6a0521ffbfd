import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './servePage'

/** The bundle is stored here, because Node then finds the packages that the bundle imports. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))

/**
 * A program of the testbeds in a separate process, which can be killed and started again. `path` is relative to this file. The program gets
 * its task as JSON in its first argument, and sends messages of the type `Said` to `hear`.
 */
export async function createProgram<Said>(path: string, hear: (said: Said) => void) {
  const program = join(cache, `lp-${basename(path, '.ts')}-${process.pid}.mjs`)
  await mkdir(cache, { recursive: true })
  await writeFile(program, await bundle(path, 'node'))
  let child: ChildProcess | undefined

  return {
    start(task: object): void {
      const started = spawn(process.execPath, [program, JSON.stringify(task)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      const endWithUs = () => started.kill('SIGKILL')
      process.once('exit', endWithUs)
      started.once('exit', () => process.off('exit', endWithUs))
      started.on('message', (said) => hear(said as Said))
      child = started
    },

    /** Kills the process immediately (SIGKILL). Resolves when the process has ended. */
    async kill(): Promise<void> {
      if (!child) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      child = undefined
    },

    send(message: object): void {
      child?.send(message)
    },
  }
}
