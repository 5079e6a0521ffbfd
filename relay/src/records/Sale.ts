import { KeyServer, ProtocolError, SealedSegment, StreamId, StreamPrice, type typedData } from '@lp/contracts/protocol'
import { type Hex, isAddressEqual } from 'viem'

/** How a paid stream is sold. The stream key has signed the price and the appointment of each key server. Decision 050. */
export type Sale = {
  price: StreamPrice.StreamPrice
  /** The key servers, best first. */
  servers: readonly KeyServer.KeyServer[]
}

/** The largest number of key servers of one stream. */
export const maxKeyServers = 4

/** The StreamId in the headers of the source's segments: for a paid stream, the StreamId of the sealed source. */
export const sourceIdOf = ({ streamId, sale }: { streamId: StreamId.StreamId; sale?: Sale | undefined }): Hex =>
  sale ? SealedSegment.streamIdOf(streamId) : streamId

/** Whether both streams are free, or both have the same price and pay the same address. */
export const hasSamePrice = (one: Sale | undefined, other: Sale | undefined): boolean =>
  one === undefined || other === undefined
    ? one === other
    : one.price.weiPerSegment === other.price.weiPerSegment &&
      isAddressEqual(one.price.beneficiary, other.price.beneficiary)

/**
 * Checks the signatures. Leaves out key servers whose appointment is not valid. Throws the errors of `StreamPrice.verify`, and
 * `ForeignSaleError` if the price is of another stream.
 */
export async function verify(
  { price, servers }: Sale,
  { streamId, domain }: { streamId: StreamId.StreamId; domain: typedData.Domain },
): Promise<Sale> {
  if (StreamId.parse(price.streamId) !== StreamId.parse(streamId)) throw new ForeignSaleError({ streamId, price })
  await StreamPrice.verify(price, domain)
  const isOurs = (server: KeyServer.KeyServer) =>
    StreamId.parse(server.streamId) === StreamId.parse(streamId) &&
    KeyServer.verify(server, domain).then(
      () => true,
      () => false,
    )
  const valid = await Promise.all(servers.map(isOurs))
  return { price, servers: servers.filter((_, at) => valid[at]) }
}

export class ForeignSaleError extends ProtocolError {
  override readonly name = 'Sale.ForeignSaleError'
  constructor({ streamId, price }: { streamId: StreamId.StreamId; price: StreamPrice.Header }) {
    super('The price belongs to another stream. The broadcaster must start a new stream.', {
      details: [`Stream: ${streamId}`, `Stream of the price: ${price.streamId}`],
    })
  }
}
