import { createReadStream } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startStun } from '../../../relay/src/gateway/stun'
import { attachTracker } from '../../../relay/src/gateway/tracker'
import { type Media, type Quality, qualities, segmentMs } from './media'
import type { Source } from './play'
import { watchTraffic } from './traffic'

/** The tracker asks viewers to announce themselves at this interval: the default of the package bittorrent-tracker for browsers. */
const announceIntervalMs = 120_000
/** Number of segments in a playlist: half a minute. */
const listed = 15

const files: Readonly<Record<string, string>> = {
  '/': 'bench/mesh/viewers/plain.html',
  '/hls.js': 'node_modules/hls.js/dist/hls.mjs',
  '/core.js': 'node_modules/p2p-media-loader-core/dist/p2p-media-loader-core.es.min.js',
  '/engine.js': 'node_modules/p2p-media-loader-hlsjs/dist/p2p-media-loader-hlsjs.es.min.js',
}

const codecs = { source: 'avc1.4d401e,mp4a.40.2', rendition: 'avc1.4d4015,mp4a.40.2' }

/** Serves the segments in the form of plain HLS. Also runs a tracker and a STUN server, and serves the page of p2p-media-loader. */
export async function startPlain(media: Media): Promise<Source> {
  /** The Unix time of the first picture of each published segment. */
  const startsMs: number[] = []
  const server = createServer(async ({ url = '' }, response) => {
    const [path = ''] = url.split('?')
    const [, quality, number] = /^\/(source|rendition)-(\d+)\.ts$/.exec(path) ?? []
    if (files[path]) return sendFile(response, files[path])
    if (path === '/master.m3u8') return send(response, 'application/vnd.apple.mpegurl', masterPlaylist())
    if (path === '/source.m3u8' || path === '/rendition.m3u8')
      return send(response, 'application/vnd.apple.mpegurl', playlist(path.slice(1, -5) as Quality, startsMs))
    if (quality && startsMs[Number(number)] !== undefined)
      return send(response, 'video/mp2t', await media.read(quality as Quality, Number(number)))
    response.writeHead(404).end()
  })
  const traffic = watchTraffic(server, (path) => path.endsWith('.ts'))
  const tracker = attachTracker({ server, intervalMs: announceIntervalMs })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stun = await startStun({ host: '127.0.0.1', port })
  return {
    link: `http://127.0.0.1:${port}/`,
    hintedLink: `http://127.0.0.1:${port}/`,
    playlist: `http://127.0.0.1:${port}/source.m3u8`,
    ports: [port],
    traffic,
    async publish(_, startMs, until) {
      await until(segmentMs)
      startsMs.push(startMs)
    },
    async close() {
      tracker.close()
      server.close()
      server.closeAllConnections()
      await stun.close()
    },
  }
}

function masterPlaylist(): string {
  const variants = (Object.keys(qualities) as Quality[]).flatMap((quality) => {
    const { width, height, bitrate } = qualities[quality]
    const attributes = [`BANDWIDTH=${bitrate}`, `RESOLUTION=${width}x${height}`, `CODECS="${codecs[quality]}"`]
    return [`#EXT-X-STREAM-INF:${attributes.join()}`, `${quality}.m3u8`]
  })
  return ['#EXTM3U', ...variants, ''].join('\n')
}

function playlist(quality: Quality, startsMs: readonly number[]): string {
  const first = Math.max(0, startsMs.length - listed)
  const segments = startsMs
    .slice(first)
    .flatMap((startMs, index) => [
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString()}`,
      `#EXTINF:${segmentMs / 1_000},`,
      `${quality}-${first + index}.ts`,
    ])
  const head = ['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${segmentMs / 1_000}`]
  return [...head, `#EXT-X-MEDIA-SEQUENCE:${first}`, ...segments, ''].join('\n')
}

const noStore = { 'cache-control': 'no-store' }

const send = (response: ServerResponse, type: string, body: string | Uint8Array) =>
  response.writeHead(200, { ...noStore, 'content-type': type }).end(body)

function sendFile(response: ServerResponse, file: string): void {
  const type = file.endsWith('.html') ? 'text/html' : 'text/javascript'
  response.writeHead(200, { 'cache-control': 'max-age=3600', 'content-type': type })
  createReadStream(file).pipe(response)
}
