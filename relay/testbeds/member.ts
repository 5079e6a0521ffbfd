import { Hello } from '@lp/contracts/protocol'
import { joinStream } from '../src/mesh/joinStream'
import type { Sharing } from '../src/mesh/pieces/Sharing'
import type { DirectListener, Transport } from '../src/mesh/Transport'
import type { NodeWebRtc } from '../src/node/wrtc'
import * as json from '../src/records/json'
import type { Publication } from '../src/records/Publication'
import type { StreamRecord } from '../src/records/StreamRecord'
import { domain, type TestStream } from './TestStream'
import { createNodeTransport } from './wrtc'

/** A member of the viewers' mesh that proves that it holds the transcoder's key, and sends the viewers the data that the test chooses. */
export function joinMember(
  stream: TestStream,
  {
    tracker,
    webRtc,
    listener,
    transport = createNodeTransport(webRtc, { listener }),
  }: { tracker: string; webRtc: NodeWebRtc; listener?: DirectListener | undefined; transport?: Transport },
) {
  const { streamId, transcoder } = stream
  const mesh = joinStream({
    ...{ streamId, domain, transport },
    ...{ trackers: [tracker], announceIntervalMs: { searching: 300, satisfied: 1_000 } },
    signAsRelay: (hello) => Hello.sign(hello, transcoder, domain),
  })
  const pieces = mesh.pieces as Sharing
  return {
    mesh,
    /** Gives the segment and its header to the mesh. */
    async offer({ byteLength: length, ...segment }: Publication): Promise<void> {
      await pieces.offer({ segment, length }, stream.payloads.get(segment.dataHash) as Uint8Array)
    },
    tell: (record: StreamRecord) => pieces.tellRecord(new TextEncoder().encode(json.encode(record))),
  }
}
