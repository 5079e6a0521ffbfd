import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { startStun } from '../../relay/src/gateway/stun'
import { Metainfo } from '../../relay/src/recording'
import { type Recorded, Recordings } from '../../relay/src/storage/Recordings'
import { startGateway } from '../../relay/testbeds/gateway'
import { domain } from '../../relay/testbeds/stream'
import { TestStream } from '../../relay/testbeds/TestStream'
import { listen } from '../../relay/testbeds/viewer'
import { openTestPages } from './openTestPages'
import type { Driver, Seen } from './recordingPage'
import { makeSegments } from './watchBrowser'

const segmentCount = 8

/** A torrent and its file, as a dishonest relay serves them. */
export type Lie = { torrent: Uint8Array; file: Uint8Array }

/** Calls a function of the page `recordingPage.html`. */
export const call = <Name extends keyof Driver>(page: Page, name: Name, ...input: Parameters<Driver[Name]>) =>
  page.evaluate(`driver.${name}(...${JSON.stringify(input)})`) as Promise<Awaited<ReturnType<Driver[Name]>>>

/** Waits until an expression about `seen` is true. `seen` is what the page shows. */
export async function until(page: Page, expression: string): Promise<Seen> {
  await page.waitForFunction(`(seen => ${expression})(driver.look())`, undefined, { polling: 100, timeout: 90_000 })
  return call(page, 'look')
}

export const playsOn = async (page: Page, seconds: number): Promise<Seen> => {
  const { currentTime } = await until(page, 'seen.picture.hasStarted && !seen.picture.isWaiting')
  return until(page, `seen.currentTime > ${currentTime + seconds}`)
}

/**
 * A recorded stream of 16 s on the relay `relay`, and a Chromium with pages that play it. `trackerUri`: the address of the relay of another
 * candidate. This relay has a tracker and a STUN server, but no byte of the stream.
 */
export async function startRecorded() {
  const pages = await openTestPages('recordingPage.html', { switches: ['--allow-loopback-in-peer-connection'] })
  const relay = await startGateway()
  const stream = await relay.addStream()
  let byteLength = 0
  for (const [number, { source }] of (await makeSegments(segmentCount)).entries()) {
    await stream.publish({ sequenceNumber: BigInt(number), data: source })
    byteLength += source.length
  }
  await stream.finish(BigInt(segmentCount - 1))
  const honest = (await new Recordings(relay).find(stream.streamId)) as Recorded
  let tracker = await listen(new TestStream())
  const trackerUri = tracker.uri
  const port = Number(new URL(trackerUri).port)
  const stun = await startStun({ host: '127.0.0.1', port })

  const start = async (page: Page, ...serviceUris: string[]): Promise<void> => {
    const { streamId, record } = stream
    const job = { jobId: record.jobId, streamId, optionsHash: record.jobId, over: true }
    const candidates = serviceUris.map((serviceUri) => ({ address: record.transcoder, serviceUri }))
    await call(page, 'start', { streamId, domain, listing: { job, candidates } })
  }
  return {
    ...{ relay, stream, honest, byteLength, durationS: 2 * segmentCount, trackerUri, start },

    /** Opens the recording like a viewer that has only the share link. The chain names the candidates and their addresses. */
    async open(...serviceUris: string[]): Promise<Page> {
      const page = await pages.open()
      // With these permissions, Chromium names the loopback address in its offers.
      await page.context().grantPermissions(['camera', 'microphone'])
      await start(page, ...serviceUris)
      return page
    },

    /** From now on, only viewers have the recording. */
    async loseRelay(): Promise<void> {
      await relay.gateway.close()
      await tracker.close()
      tracker = await listen(new TestStream(), undefined, port)
    },

    /**
     * A torrent of the stream with payloads that `change` has changed. The pieces match the hashes in the torrent, but the changed payloads do
     * not match their signed headers.
     */
    async lie(change: { payload(index: number, data: Uint8Array): Uint8Array }): Promise<Lie> {
      const recording = Metainfo.decode(honest.info, stream.streamId)
      const { segments } = recording
      const files = await Promise.all(
        segments.map(async ({ dataHash }, index) => {
          const data = Uint8Array.from((await relay.payloads.read(dataHash)) as Uint8Array)
          return change.payload(index, data)
        }),
      )
      const info = await Metainfo.build(recording, async (segment) => files[segments.indexOf(segment)] as Uint8Array)
      return { torrent: Metainfo.torrentFile(info), file: Buffer.concat(files) }
    },

    async stop(): Promise<void> {
      await pages.close()
      await relay.stop()
      await tracker.close()
      await stun.close()
    },
  }
}

/** A dishonest relay. It answers range requests like an honest relay. */
export async function listenLying({ torrent, file }: Lie) {
  const server = createServer((request, response) => {
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*, range, cache-control' }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const isFile = request.url?.endsWith('.ts')
    const body = isFile ? file.subarray(Number(first), Number(last) + 1) : torrent
    const isKnown = request.url?.startsWith('/recordings/') && request.method === 'GET'
    response.writeHead(isKnown ? (isFile ? 206 : 200) : request.method === 'OPTIONS' ? 204 : 404, headers)
    response.end(isKnown ? body : undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    uri: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
