import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSignal } from './createSignal'
import { createProgram } from './program'
import type { Entry, TraderBooks, TraderCommand, TraderSaid, TraderTask } from './traderMain'

/** A relay that sells pieces, or the viewer that buys these pieces, in a separate process (`traderMain`). */
export async function createTrader(task: Omit<TraderTask, 'seed'>) {
  const counts = { listens: 0, played: 0, paused: 0, books: 0 }
  let books: TraderBooks | undefined
  const { changed, until } = createSignal()
  const program = await createProgram<TraderSaid>('./traderMain.ts', (said) => {
    counts[said.type]++
    if (said.type === 'paused' || said.type === 'books') books = said
    changed()
  })
  await writeFile(join(task.directory, 'journal'), '')

  /** Resolves when the process has said this `times` more times. */
  const says = (type: TraderSaid['type'], times = 1): Promise<void> => {
    const before = counts[type]
    return until(() => counts[type] >= before + times)
  }

  return {
    ...{ role: task.role, says, kill: program.kill },
    /** The seed decides how late the process notices the end of a connection. Resolves when a relay takes connections. */
    async start(seed: number): Promise<void> {
      const listens = says('listens')
      program.start({ ...task, seed } satisfies TraderTask)
      if (task.role === 'relay') await listens
    },
    resume: () => program.send({ command: 'resume' satisfies TraderCommand }),
    /** Sends a command, and resolves to the answer. */
    async ask(command: Exclude<TraderCommand, 'resume'>): Promise<{ balance: bigint; promised: bigint }> {
      const answer = says(command === 'pause' ? 'paused' : 'books')
      program.send({ command })
      await answer
      const { balance, promised } = books as TraderBooks
      return { balance: BigInt(balance), promised: BigInt(promised) }
    },
    /** The values of all events of this kind, also of earlier processes. */
    async journal(event: Entry['event']): Promise<string[]> {
      const lines = (await readFile(join(task.directory, 'journal'), 'utf8')).split('\n').filter(Boolean)
      const entries = lines.map((line) => JSON.parse(line) as Entry)
      return entries.filter((entry) => entry.event === event).map(({ value }) => value)
    },
  }
}
