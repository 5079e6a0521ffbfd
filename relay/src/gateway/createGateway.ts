import type { StreamId } from '@lp/contracts/protocol'
import { Recordings } from '../storage/Recordings'
import { AddressLimit } from './AddressLimit'
import { Audience } from './Audience'
import { reportLimit } from './audienceReports'
import { type ClientAddress, clientAddress } from './clientAddress'
import { PieceProofs } from './PieceProofs'
import { postLimit } from './payments'
import { type Context, route, takesPosts } from './routes'
import { type Gateway, type ServeOptions, serve } from './serve'
import { Polls } from './streams'

export type { Gateway } from './serve'

export type GatewayOptions = Omit<
  Context,
  'polls' | 'proofs' | 'recordings' | 'clientAddress' | 'posts' | 'reports' | 'audience'
> &
  Pick<ServeOptions, 'port' | 'host' | 'onFault'> & {
    /**
     * The largest number of requests of one IP address (IPv6: of one network) that wait for a new segment at the same time. Default 64, because many
     * viewers can share one address.
     */
    maxPollsPerAddress?: number | undefined
    /** Default: the address of the connection. */
    addressOf?: ClientAddress | undefined
    /** Called before a request for this stream is answered, and never rejects. A relay without stake then begins to carry the stream. */
    wanted?(streamId: StreamId.StreamId): Promise<void>
  }

/** The stream or level in the path of a request. */
const streamPath = /^\/(?:streams|segments|hls)\/(0x[0-9a-f]{64})(?:\/|$)/i

/** Serves a relay over HTTP. Throws `ListenError`. */
export function createGateway({
  maxPollsPerAddress = 64,
  addressOf = clientAddress([]),
  port,
  host,
  onFault,
  wanted,
  ...options
}: GatewayOptions): Promise<Gateway> {
  const polls = new Polls({ maxPerAddress: maxPollsPerAddress })
  const proofs = new PieceProofs(options)
  const recordings = new Recordings(options)
  const posts = new AddressLimit(postLimit)
  const [reports, audience] = [new AddressLimit(reportLimit), new Audience()]
  const limited = { polls, posts, reports, clientAddress: addressOf }
  const context: Context = { ...options, ...limited, proofs, recordings, audience }
  return serve({
    ...{ port, host, onFault },
    find(question) {
      const found = route(context, question)
      const streamId = wanted && streamPath.exec(question.path)?.[1]?.toLowerCase()
      if (!streamId) return found
      return { ...found, answer: () => wanted(streamId as StreamId.StreamId).then(found.answer) }
    },
    takesPosts,
    onAnswered: (answered) => options.metrics.count.httpRequest(answered),
  })
}
