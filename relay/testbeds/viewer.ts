import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { attachTracker, type Tracker } from '../src/gateway/tracker'
import type { Listing } from '../src/watch/Directory'
import type { Hints } from '../src/watch/Hints'
import type { Snapshot } from '../src/watch/Snapshot'
import { Viewer } from '../src/watch/Viewer'
import { type Answer, domain, type TestStream } from './TestStream'

export type TestRelay = { uri: string; asked: string[]; tracker: Tracker; close(): Promise<void> }

/** Replaces an honest relay's answers. `undefined`: the viewer gets no answer. */
export type Liar = (path: string, honest: () => Promise<Answer>) => Promise<Answer | undefined>

export type Fixtures = {
  serve(stream: TestStream, lie?: Liar, port?: number): Promise<TestRelay>
  watch(
    stream: TestStream,
    listing: Listing | undefined | (() => Promise<Listing | undefined>),
    more?: { hints?: Hints; expectedUntilMs?: number },
  ): Viewer
}

type Use<Name extends keyof Fixtures> = (fixture: Fixtures[Name]) => Promise<void>

/** Real HTTP servers on loopback and real viewers, for vitest's `test.extend`. The fixtures close them after the test. */
export const fixtures = {
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from this pattern which fixtures this fixture needs
  async serve({}: object, use: Use<'serve'>) {
    const relays: TestRelay[] = []
    await use(async (...parameters) => {
      const relay = await listen(...parameters)
      relays.push(relay)
      return relay
    })
    await Promise.all(relays.map((relay) => relay.close()))
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  async watch({}: object, use: Use<'watch'>) {
    const viewers: Viewer[] = []
    await use(({ streamId }, listing, more) => {
      const find = async () => (typeof listing === 'function' ? listing() : listing)
      const viewer = new Viewer({ streamId, directory: { find }, domain, ...more })
      viewers.push(viewer)
      return viewer
    })
    for (const viewer of viewers) viewer.close()
  },
}

/** Serves a stream on loopback, as a relay of the stream does, and runs a tracker. */
export async function listen(stream: TestStream, lie: Liar = (_, honest) => honest(), port = 0): Promise<TestRelay> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = await lie(path, () => stream.answer(path))
    if (answer) response.writeHead(answer.status, { 'access-control-allow-origin': '*' }).end(answer.body)
  })
  const tracker = attachTracker({ server })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: taken } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      tracker.close()
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { uri: `http://127.0.0.1:${taken}`, asked, tracker, close }
}

export const trackerOf = ({ uri }: TestRelay) => `${uri.replace('http', 'ws')}/announce`

/** The first snapshot for which `is` returns true. */
export function until(viewer: Viewer, is: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  return new Promise((resolve) => {
    const look = () => {
      if (!is(viewer.getSnapshot())) return
      stop()
      resolve(viewer.getSnapshot())
    }
    const stop = viewer.subscribe(look)
    look()
  })
}

export const untilState = (viewer: Viewer, state: Snapshot['state']) =>
  until(viewer, (snapshot) => snapshot.state === state)

export const untilRefused = (viewer: Viewer, name: string) => until(viewer, ({ refused }) => (refused[name] ?? 0) > 0)

export const numbers = (viewer: Viewer, level = 'source') =>
  viewer.entries(level).map(({ publication }) => Number(publication.sequenceNumber))
