import type { IncomingMessage } from 'node:http'
import type { Hex } from 'viem'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Answer } from './Answer'
import { notFound } from './HttpError'
import type { Metrics } from './metrics'
import { rangeAnswer } from './rangeAnswer'

/** Serves the payload with this hash, or one range of its bytes. */
export function payload(
  { payloads, count }: { payloads: PayloadStore; count: Metrics['count'] },
  { dataHash, request }: { dataHash: Hex; request: IncomingMessage },
): Answer {
  const byteLength = payloads.size(dataHash)
  // The plaintext of a paid stream is served only when a verifier needs it.
  if (byteLength === undefined || payloads.isSecret(dataHash)) throw missing()
  return rangeAnswer({
    ...{ request, byteLength, name: dataHash.toLowerCase() },
    async open(range) {
      const stream = await payloads.createReadStream(dataHash, range)
      if (!stream) throw missing()
      return stream.on('data', (chunk: Buffer) => count.payloadBytesServed(chunk.length)).pause()
    },
  })
}

const missing = () =>
  notFound(
    'This relay does not have the payload.',
    'Ask another relay. Payloads are deleted after the verification period.',
  )
