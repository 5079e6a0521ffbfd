import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import * as Relay from '../client/Relay'
import { isPayload } from './isPayload'

/**
 * The payload under a hash, from the first relay whose bytes match; `undefined` when no relay has such. Rejects only with
 * the signal's reason.
 */
export async function fetchPayload(
  relays: Iterable<Relay.Relay>,
  {
    dataHash,
    signal,
    timeoutMs = 60_000,
    onFault,
  }: {
    dataHash: Hex
    signal: AbortSignal
    /** However it trickles, a relay has so long. @defaultValue 60000 */
    timeoutMs?: number
    /** A relay failed, or sent other bytes; the next relay is asked. */
    onFault?(error: Error): void
  },
): Promise<Uint8Array | undefined> {
  for (const relay of relays) {
    const enough = AbortSignal.timeout(timeoutMs)
    try {
      const body = await Relay.payload(relay, { dataHash, signal: AbortSignal.any([signal, enough]) })
      if (body && (await isPayload(dataHash, body.data))) return body.data
      if (body) onFault?.(new WrongPayloadError({ dataHash, uri: relay.uri }))
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ProtocolError || enough.aborted)) throw error
      onFault?.(error as Error)
    }
  }
  return undefined
}

export class WrongPayloadError extends ProtocolError {
  override readonly name = 'fetchPayload.WrongPayloadError'
  constructor({ dataHash, uri }: { dataHash: Hex; uri: string }) {
    super('The relay sent bytes that do not match their hash.', { details: [`Hash: ${dataHash}`, `Relay: ${uri}`] })
  }
}
