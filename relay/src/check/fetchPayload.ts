import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import * as Relay from '../client/Relay'
import { isPayload } from './isPayload'

/**
 * The payload with this hash, from the first relay that serves the right bytes; `undefined` when no relay does. Rejects with
 * the reason of `signal`.
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
    /** Limit for each relay, from the request to the last byte. @defaultValue 60000 */
    timeoutMs?: number
    /** Called when a relay fails or sends bytes with another hash. The function then tries the next relay. */
    onFault?(error: Error): void
  },
): Promise<Uint8Array | undefined> {
  for (const relay of relays) {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const body = await Relay.payload(relay, { dataHash, signal: AbortSignal.any([signal, timeout]) })
      if (body && (await isPayload(dataHash, body.data))) return body.data
      if (body) onFault?.(new WrongPayloadError({ dataHash, uri: relay.uri }))
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ProtocolError || timeout.aborted)) throw error
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
