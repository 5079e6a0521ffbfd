import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStun } from '../../../relay/src/gateway/stun'
import { Metainfo } from '../../../relay/src/recording'
import { type Recorded, Recordings } from '../../../relay/src/storage/Recordings'
import { startGateway } from '../../../relay/testbeds/gateway'
import { domain } from '../../../relay/testbeds/stream'
import { TestStream } from '../../../relay/testbeds/TestStream'
import { listen, type TestRelay } from '../../../relay/testbeds/viewer'
import { openTestPages, type TestPages } from '../../testbeds/openTestPages'
import type { Driver, Seen } from '../../testbeds/recordingPage'
import { makeSegments } from '../../testbeds/watchBrowser'

const segmentCount = 8
const durationS = 2 * segmentCount

let pages: TestPages
let relay: Awaited<ReturnType<typeof startGateway>>
let stream: Awaited<ReturnType<typeof relay.addStream>>
/** The relay of another candidate: it has a tracker and a STUN server, but no byte of the stream. */
let tracker: TestRelay
let stun: Awaited<ReturnType<typeof startStun>>
let byteLength = 0
let honest: Recorded

beforeAll(async () => {
  pages = await openTestPages('recordingPage.html', { switches: ['--allow-loopback-in-peer-connection'] })
  relay = await startGateway()
  stream = await relay.addStream()
  for (const [number, { source }] of (await makeSegments(segmentCount)).entries()) {
    await stream.publish({ sequenceNumber: BigInt(number), data: source })
    byteLength += source.length
  }
  await stream.finish(BigInt(segmentCount - 1))
  honest = (await new Recordings(relay).find(stream.streamId)) as Recorded
  tracker = await listen(new TestStream())
  stun = await startStun({ host: '127.0.0.1', port: Number(new URL(tracker.uri).port) })
})

afterAll(async () => {
  await pages?.close()
  await relay?.stop()
  await tracker?.close()
  await stun?.close()
})

const call = <Name extends keyof Driver>(page: Page, name: Name, ...input: Parameters<Driver[Name]>) =>
  page.evaluate(`driver.${name}(...${JSON.stringify(input)})`) as Promise<Awaited<ReturnType<Driver[Name]>>>

/** Opens the recording like a viewer that has only the share link. The chain names the candidates and their addresses. */
async function open(...serviceUris: string[]): Promise<Page> {
  const page = await pages.open()
  // With these permissions, Chromium names the loopback address in its offers.
  await page.context().grantPermissions(['camera', 'microphone'])
  await start(page, ...serviceUris)
  return page
}

async function start(page: Page, ...serviceUris: string[]): Promise<void> {
  const { streamId, record } = stream
  const job = { jobId: record.jobId, streamId, optionsHash: record.jobId, over: true }
  const candidates = serviceUris.map((serviceUri) => ({ address: record.transcoder, serviceUri }))
  await call(page, 'start', { streamId, domain, listing: { job, candidates } })
}

async function until(page: Page, expression: string): Promise<Seen> {
  await page.waitForFunction(`(seen => ${expression})(driver.look())`, undefined, { polling: 100, timeout: 90_000 })
  return call(page, 'look')
}

const playsOn = async (page: Page, seconds: number): Promise<Seen> => {
  const { currentTime } = await until(page, 'seen.picture.hasStarted && !seen.picture.isWaiting')
  return until(page, `seen.currentTime > ${currentTime + seconds}`)
}

/** A torrent and its file, as a dishonest relay serves them. */
type Lie = { torrent: Uint8Array; file: Uint8Array }

/** A dishonest relay. It answers range requests like an honest relay. */
async function listenLying({ torrent, file }: Lie) {
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

/**
 * A torrent of the stream with payloads that `change` has changed. The pieces match the hashes in the torrent, but the changed payloads do
 * not match their signed headers.
 */
async function lie(change: { payload(index: number, data: Uint8Array): Uint8Array }): Promise<Lie> {
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
}

describe('the recording of a stream in Chromium', () => {
  let holder: Page

  test('plays from its first second with bytes from the web seed of the relay, and the viewer can seek', async () => {
    holder = await open(relay.url, tracker.uri)
    const seen = await playsOn(holder, 1)
    expect(seen).toMatchObject({ state: 'found', videoHeight: 360, refused: {}, bytesFromPeers: 0 })
    expect(seen.currentTime).toBeLessThan(durationS / 2)
    expect(Math.round(seen.durationS)).toBe(durationS)
    await call(holder, 'seek', durationS - 3)
    const later = await until(holder, `seen.currentTime > ${durationS - 2}`)
    expect(later.decodedFrames).toBeGreaterThan(seen.decodedFrames)
    expect(await until(holder, 'seen.kept === 1')).toMatchObject({ bytesFromRelays: byteLength, refused: {} })
  })

  test('plays with bytes from one other viewer after the relay has closed and the tracker has restarted', async () => {
    await relay.gateway.close()
    await tracker.close()
    tracker = await listen(new TestStream(), undefined, Number(new URL(tracker.uri).port))
    const viewer = await open(relay.url, tracker.uri)
    const seen = await playsOn(viewer, 1)
    expect(seen).toMatchObject({ state: 'found', videoHeight: 360, bytesFromRelays: 0 })
    expect(await until(viewer, 'seen.kept === 1')).toMatchObject({ bytesFromPeers: byteLength, bytesFromRelays: 0 })
    await call(viewer, 'seek', durationS - 1)
    await until(viewer, 'seen.picture.isFinished')
    expect((await until(holder, `seen.bytesToPeers >= ${byteLength}`)).bytesToPeers).toBe(byteLength)
    await viewer.context().close()
  })

  test('goes on with bytes from another viewer if the torrent of a relay has a wrong segment', async () => {
    const wrong = await lie({
      payload: (index, data) => (index === 1 ? data.map((byte, at) => (at === 999 ? byte ^ 1 : byte)) : data),
    })
    const liar = await listenLying(wrong)
    const viewer = await open(liar.uri, tracker.uri)
    const seen = await until(viewer, `seen.refused['Segment.WrongPayloadError'] >= 1 && seen.bytesFromPeers > 0`)
    expect(seen.refused).toEqual({ 'Segment.WrongPayloadError': 1 })
    await until(viewer, 'seen.currentTime > 5 && seen.kept === 1')
    await viewer.context().close()
    liar.close()
  })

  test('plays with bytes from another viewer if the torrent of a relay is not a recording', async () => {
    const liar = await listenLying({ torrent: Buffer.from('d4:infod6:lengthi1eee'), file: Buffer.alloc(1) })
    const viewer = await open(liar.uri, tracker.uri)
    const seen = await playsOn(viewer, 1)
    expect(seen).toMatchObject({ state: 'found', refused: { 'Metainfo.MalformedError': 1 }, bytesFromRelays: 0 })
    await viewer.context().close()
    liar.close()
  })

  test('is deleted from the device when the last page closes it, or at the next visit after the browser was closed', async () => {
    const viewer = await open(tracker.uri)
    const forgotten = `0x${'12'.repeat(32)}.ts - 12345678`
    await call(viewer, 'leaveFolder', forgotten)
    await call(viewer, 'leaveFolder', 'of another site')
    await playsOn(viewer, 1)
    const own = `${stream.streamId}.ts - ${honest.infoHash.slice(2, 10)}`
    expect(new Set(await call(viewer, 'folders'))).toEqual(new Set([own, forgotten, 'of another site']))
    const again = await viewer.context().newPage()
    await again.goto(viewer.url())
    await again.waitForFunction('globalThis.driver')
    await start(again, tracker.uri)
    await until(again, 'seen.picture.hasStarted')
    expect(new Set(await call(again, 'folders'))).toEqual(new Set([own, 'of another site']))
    await call(again, 'close')
    await call(viewer, 'close')
    await again.waitForFunction('driver.folders().then((names) => names.length === 1)')
    await viewer.context().close()
  })
})
