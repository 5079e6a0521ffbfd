import type { StreamId } from '@lp/contracts/protocol'
import { Hints, type StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { type Address, isAddressEqual } from 'viem'
import * as ShareLink from '../config/ShareLink'

const log = logOf('broadcast')

/**
 * The start waits at most this time for the address of the transcoder's relay. While the relays of the stream answer, the link works
 * without this address.
 */
const patienceMs = 1_500

/** The share link of a stream. Names the transcoder's relay, if viewers can connect to this relay without a tracker. Never rejects. */
export async function makeShareLink(stream: {
  streamId: StreamId.StreamId
  candidates: readonly StreamDirectory.Candidate[]
  transcoder: Address
  signal: AbortSignal
}): Promise<string> {
  const { streamId, candidates, transcoder } = stream
  const serviceUri = candidates.find(({ address }) => isAddressEqual(address, transcoder))?.serviceUri ?? ''
  const signal = AbortSignal.any([stream.signal, AbortSignal.timeout(patienceMs)])
  const relay = await Hints.findRelay(serviceUri, { signal }).catch((error: Error) => log.fault(error))
  return ShareLink.create({ streamId, hints: { ...Hints.none, relays: relay ? [relay] : [] } })
}
