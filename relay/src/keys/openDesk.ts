import { Hello, type StreamId, type typedData } from '@lp/contracts/protocol'
import { joinStream } from '../mesh/joinStream'
import type { Mesh } from '../mesh/Mesh'
import type { Transport } from '../mesh/Transport'
import type { KeyShop } from './KeyShop'

/** The page needs a channel to each viewer that buys keys from it. So a relay is the better key server for a large audience. */
const maxChannels = 128

/**
 * Lets the broadcaster's page sell keys: joins the viewers' mesh as the broadcaster, and passes each request of a viewer to `shop`. The
 * stream key must have appointed its own address as a key server. `leave` of the result ends the sale.
 */
export function openDesk({
  streamId,
  streamKey,
  domain,
  shop,
  ...room
}: {
  streamId: StreamId.StreamId
  streamKey: typedData.Signer
  domain: typedData.Domain
  shop: KeyShop
  transport: Transport
  trackers: readonly string[]
}): Mesh {
  return joinStream({
    ...{ ...room, streamId, domain, maxChannels, wantedChannels: maxChannels },
    signAsBroadcaster: (hello) => Hello.sign(hello, streamKey, domain),
    keyDesk: (question) => shop.answerBytes(question),
  })
}
