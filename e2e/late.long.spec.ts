import { execFileSync } from 'node:child_process'
import { expectStreamContinues, openViewer } from './audience'
import { test } from './fixtures'
import { expectProblem, goLive, openBroadcast, stop } from './pages'

/** The processes of ffmpeg that transcode for a relay. */
function transcoders(relay: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n')
  const processes = rows.map((row) => row.trim().split(/\s+/) as [string, string, string])
  const below = new Set([String(relay)])
  // `ps` lists the processes in the order of their ids, and the id of a child is usually higher than the id of its parent.
  for (const [id, parent] of processes) if (below.has(parent)) below.add(id)
  return processes.filter(([id, , name]) => below.has(id) && name === 'ffmpeg').map(([id]) => Number(id))
}

/** Stops each ffmpeg process of the relay, as if another program used all CPU time. The returned function continues these processes. */
function starve(relay: number): () => void {
  const stopped = new Set<number>()
  const signal = (id: number, name: NodeJS.Signals) => {
    try {
      process.kill(id, name)
    } catch {
      // The process has ended in the meantime.
    }
  }
  const timer = setInterval(() => {
    for (const id of transcoders(relay)) {
      stopped.add(id)
      signal(id, 'SIGSTOP')
    }
  }, 300)
  return () => {
    clearInterval(timer)
    for (const id of stopped) signal(id, 'SIGCONT')
  }
}

test('viewers play on after the only transcoder was too slow, gave up the stream, and took it again', async ({
  network,
  browser,
}) => {
  const broadcaster = await openBroadcast(await browser.newContext(), network.url)
  const viewer = await openViewer(browser, await goLive(broadcaster))
  const feed = starve(network.relayProcess)
  await expectProblem(broadcaster, [
    'The transcoder is too slow for the stream now.',
    'Keep this page open: it keeps your newest segments',
  ])
  feed()
  await expectStreamContinues({ broadcaster, viewer })
  await stop(broadcaster)
})
