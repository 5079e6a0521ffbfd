import { join } from 'node:path'
import { trackerOf } from '../../../relay/src/chain/trackers'
import { createGateway } from '../../../relay/src/gateway/createGateway'
import { createMetrics } from '../../../relay/src/gateway/metrics'
import { startStun } from '../../../relay/src/gateway/stun'
import { attachTracker } from '../../../relay/src/gateway/tracker'
import { createTransport } from '../../../relay/src/mesh/createTransport'
import { openDirect } from '../../../relay/src/node/openDirect'
import { createWrtc, WebSocket } from '../../../relay/src/node/wrtc'
import { Seeds } from '../../../relay/src/seed/Seeds'
import { Catalogue } from '../../../relay/src/storage/Catalogue'
import { PayloadStore } from '../../../relay/src/storage/PayloadStore'
import { serveWeb } from '../../../scripts/serveWeb'
import { postJob } from './chain'
import { type Media, qualities } from './media'
import type { Source } from './play'
import { SignedStream } from './SignedStream'
import { watchTraffic } from './traffic'

const options = {
  ...{ width: qualities.source.width, height: qualities.source.height, fps: 20 },
  renditions: [{ height: qualities.rendition.height, bitrate: qualities.rendition.bitrate }],
}

/**
 * Starts a relay with gateway, tracker and STUN server, as `startNode` does. The relay is a member of the viewers’ room. Also starts a
 * chain, on which this relay is the transcoder of the stream, and the server of the page.
 */
export async function startSigned(media: Media, directory: string): Promise<Source> {
  const onFault = (error: Error) => console.error(error)
  const catalogue = await Catalogue.open({ directory: join(directory, 'streams'), onFault })
  const payloads = await PayloadStore.open({ directory: join(directory, 'payloads'), maxBytes: 2 ** 31, onFault })
  const metrics = createMetrics()
  const gateway = await createGateway({
    ...{ catalogue, payloads, metrics, port: 0, host: '127.0.0.1', onFault },
    // All viewers have the same address.
    maxPollsPerAddress: 20_000,
    status: () => Promise.reject(new Error('This relay has no status.')),
  })
  const traffic = watchTraffic(gateway.server, (path) => /^\/(payload|segments\/[^/]+\/\d)/.test(path))
  const tracker = attachTracker({ server: gateway.server })
  const gatewayPort = Number(new URL(gateway.url).port)
  const stun = await startStun({ host: '127.0.0.1', port: gatewayPort })
  const posted = await postJob({ serviceUri: gateway.url, options })
  const webRtc = createWrtc()
  const direct = await openDirect({ stun, webRtc, directory, serviceUri: gateway.url, onFault })
  const address = await direct?.address()
  let meshBytes = 0
  const seeds = new Seeds({
    ...{ signer: posted.transcoder, domain: posted.domain, catalogue, payloads, onFault },
    transport: createTransport({ wrtc: webRtc.wrtc, WebSocket, listener: direct?.listener }),
    tracker: trackerOf(gateway.url),
    otherTrackers: async () => [],
    metrics: {
      ...metrics.count,
      meshBytesServed(bytes) {
        meshBytes += bytes
      },
    },
  })
  const stream = await SignedStream.open({ ...{ posted, media, catalogue, payloads }, metrics: metrics.count })
  const web = await serveWeb({ port: 0, rpcUrl: posted.rpcUrl })
  const { streamId } = posted.drawn.job
  const link = `http://localhost:${web.port}/#/watch/${streamId}`
  return {
    link,
    hintedLink: address === undefined ? link : `${link}?relay=${address}`,
    playlist: `${gateway.url}/hls/${streamId}/source/index.m3u8`,
    ports: [web.port, gatewayPort],
    traffic: {
      get mediaBytes() {
        return traffic.mediaBytes + meshBytes
      },
      block: traffic.block,
    },
    publish: (number, startMs, until) => stream.publish(number, startMs, until),
    async close() {
      await web.close()
      seeds.close()
      tracker.close()
      await Promise.all([stun.close(), gateway.close(), posted.stop()])
      await catalogue.close()
      webRtc.cleanup()
    },
  }
}
