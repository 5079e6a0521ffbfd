import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { build, defaultServerConditions } from 'vite'
import { readCpu } from '../cpu'
import { figuresOf } from '../figures'
import type { Message, Task } from '../nodes/main'
import { qualities } from '../origin/media'
import { startOrigin } from '../origin/startOrigin'
import type { Row } from './Row'

/** Two processes, because one process uses only one core. */
const processes = 2

/** Viewers in Node. They decode no media, so more of them fit on a machine. */
export const nodes = (viewers: number, { churnEveryS }: { churnEveryS?: number } = {}): Row => ({
  title: `${viewers} viewers in Node${churnEveryS ? `, one leaves and one joins every ${churnEveryS} s` : ''}`,
  ideal: 1 - 1 / viewers,
  async measure(player, seconds = churnEveryS ? 300 : 90) {
    if (player.origin !== 'signed') return { note: 'not measured: p2p-media-loader needs a browser' }
    const origin = await startOrigin('signed')
    const path = await bundle()
    const task: Task = {
      link: origin.link,
      viewers: viewers / processes,
      seconds,
      churnEveryS: churnEveryS && churnEveryS * processes,
    }
    const groups = Array.from({ length: processes }, () => startGroup(path, task))
    const state = async () => ({ bytes: await origin.mediaBytes(), cpu: readCpu({ except: origin.processId }) })
    try {
      await Promise.all(groups.map(({ begun }) => begun))
      const before = await state()
      const lives = await Promise.all(groups.map((group) => group.measure()))
      const after = await state()
      const { surplus: _, ...figures } = figuresOf({
        ...{ all: lives.flatMap(({ all }) => all), stayed: lives.flatMap(({ stayed }) => stayed) },
        ...{ originBytes: after.bytes - before.bytes, bytesPerS: qualities.source.bitrate / 8 },
      })
      const machine = (after.cpu.busyMs - before.cpu.busyMs) / (after.cpu.totalMs - before.cpu.totalMs)
      return { ...figures, cpu: { machine, viewer: (after.cpu.childrenS - before.cpu.childrenS) / seconds / viewers } }
    } finally {
      await Promise.all(groups.map((group) => group.stop()))
      await origin.stop()
    }
  },
})

/** Starts a process with a part of the viewers. `begun` resolves when all viewers of this process play. */
function startGroup(path: string, task: Task) {
  const child = spawn(process.execPath, [path, JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => Promise.reject(new NodesError({ code })))
  ended.catch(() => undefined)
  const next = async () => (await Promise.race([once(child, 'message'), ended]))[0] as Message
  return {
    begun: next(),
    async measure() {
      const lives = next() as Promise<Exclude<Message, 'begun'>>
      child.send('measure')
      return lives
    },
    async stop() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

/**
 * Bundles the program into one file, because the viewer loads its WebRTC code only when it joins the mesh, and `scripts/ts.mjs` can load no
 * code after the start of the program.
 */
async function bundle(): Promise<string> {
  const outDir = 'node_modules/.cache/mesh-nodes'
  const conditions = ['lp-source', ...defaultServerConditions]
  await build({
    ...{ configFile: false, logLevel: 'error', resolve: { conditions }, ssr: { resolve: { conditions } } },
    build: { ssr: 'bench/mesh/nodes/main.ts', outDir, emptyOutDir: true, target: 'node20' },
  })
  return join(outDir, 'main.js')
}

class NodesError extends Error {
  override readonly name = 'NodesError'
  constructor({ code }: { code: number | null }) {
    super(`The viewers in Node ended with code ${code}. Their output is above.`)
  }
}
