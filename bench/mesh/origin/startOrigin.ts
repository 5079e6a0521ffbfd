import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Kind, Ready, Reply, Request } from './main'

export type Origin = Ready & {
  processId: number
  /** The bytes of media that the origin has sent. */
  mediaBytes(): Promise<number>
  /** Blocks the origin’s HTTP server and tracker, or ends the block. */
  block(isBlocked: boolean): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the origin of a recorded stream in its own process, so that its CPU time can be measured separately from the viewers’ CPU time.
 */
export async function startOrigin(kind: Kind): Promise<Origin> {
  const child = spawn(process.execPath, ['scripts/ts.mjs', 'bench/mesh/origin/main.ts', kind], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => Promise.reject(new OriginError({ code })))
  ended.catch(() => undefined)
  const [ready] = (await Promise.race([once(child, 'message'), ended])) as [Ready]
  const waiting = new Map<number, (reply: Reply) => void>()
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply))
  let asked = 0
  const ask = (action: Request['action']): Promise<Reply> => {
    const id = asked++
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve))
    child.send({ id, action } satisfies Request)
    return Promise.race([reply, ended])
  }
  return {
    ...ready,
    processId: child.pid as number,
    mediaBytes: async () => (await ask('mediaBytes')).bytes,
    block: async (isBlocked) => void (await ask(isBlocked ? 'block' : 'unblock')),
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

class OriginError extends Error {
  override readonly name = 'OriginError'
  constructor({ code }: { code: number | null }) {
    super(`The origin of the stream ended with code ${code}. Its output is above.`)
  }
}
