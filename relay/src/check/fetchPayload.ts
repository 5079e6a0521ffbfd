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
  }: {
    dataHash: Hex
    signal: AbortSignal
    /** However it trickles, a relay has so long. @defaultValue 60000 */
    timeoutMs?: number
  },
): Promise<Uint8Array | undefined> {
  for (const relay of relays) {
    const enough = AbortSignal.timeout(timeoutMs)
    try {
      const body = await Relay.payload(relay, { dataHash, signal: AbortSignal.any([signal, enough]) })
      if (body && (await isPayload(dataHash, body.data))) return body.data
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ProtocolError || enough.aborted)) throw error
    }
  }
  return undefined
}
