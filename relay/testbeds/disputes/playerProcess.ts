import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../servePage'
import type { PlayerTask } from './playerMain'

/** The bundle is stored here, because Node then finds the packages that the bundle imports. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url))

/** Builds the program of a player. The result starts it in a process of its own, which keeps nothing on disk. */
export async function buildPlayer() {
  const program = join(cache, `lp-player-${process.pid}.mjs`)
  await mkdir(cache, { recursive: true })
  await writeFile(program, await bundle('./disputes/playerMain.ts', 'node'))
  return (task: PlayerTask) => {
    const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit'] })
    const exited = once(child, 'exit')
    const endWithUs = () => child.kill('SIGKILL')
    process.once('exit', endWithUs)
    return {
      /** As `kill -9`. */
      async kill() {
        child.kill('SIGKILL')
        await exited
        process.off('exit', endWithUs)
      },
    }
  }
}
