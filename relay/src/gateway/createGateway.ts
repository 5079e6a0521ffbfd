import { Recordings } from '../storage/Recordings'
import { type ClientAddress, clientAddress } from './clientAddress'
import { PieceProofs } from './PieceProofs'
import { type Context, route } from './routes'
import { type Gateway, type ServeOptions, serve } from './serve'
import { Polls } from './streams'

export type { Gateway } from './serve'

export type GatewayOptions = Omit<Context, 'polls' | 'proofs' | 'recordings' | 'clientAddress'> &
  Pick<ServeOptions, 'port' | 'host' | 'onFault'> & {
    /**
     * The largest number of requests of one IP address that wait for a new segment at the same time. Default 64, because many
     * viewers can share one address.
     */
    maxPollsPerAddress?: number | undefined
    /** Default: the address of the connection. */
    addressOf?: ClientAddress | undefined
  }

/** Serves a relay over HTTP. Throws `ListenError`. */
export function createGateway({
  maxPollsPerAddress = 64,
  addressOf = clientAddress([]),
  port,
  host,
  onFault,
  ...options
}: GatewayOptions): Promise<Gateway> {
  const polls = new Polls({ maxPerAddress: maxPollsPerAddress })
  const proofs = new PieceProofs(options)
  const recordings = new Recordings(options)
  const context: Context = { ...options, polls, proofs, recordings, clientAddress: addressOf }
  return serve({
    ...{ port, host, onFault },
    find: (question) => route(context, question),
    onAnswered: (answered) => options.metrics.count.httpRequest(answered),
  })
}
