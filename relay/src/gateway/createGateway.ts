import type { StreamId } from '@lp/contracts/protocol'
import type { LiveListings } from '../storage/LiveListings'
import { Recordings } from '../storage/Recordings'
import { AddressLimit } from './AddressLimit'
import { Audience } from './Audience'
import { reportLimit } from './audienceReports'
import { type ClientAddress, clientAddress } from './clientAddress'
import { HttpError } from './HttpError'
import { LiveStreams, liveLimit } from './liveStreams'
import { PieceProofs } from './PieceProofs'
import { postLimit } from './payments'
import { type Context, route, takesPosts } from './routes'
import { type Gateway, type ServeOptions, serve } from './serve'
import { Polls } from './streams'

export type { Gateway } from './serve'

export type GatewayOptions = Omit<
  Context,
  'polls' | 'proofs' | 'recordings' | 'clientAddress' | 'posts' | 'reports' | 'audience' | 'live'
> &
  Pick<ServeOptions, 'port' | 'host' | 'onFault'> & {
    /**
     * The largest number of requests of one IP address (IPv6: of one network) that wait for a new segment at the same time. Default 64, because many
     * viewers can share one address.
     */
    maxPollsPerAddress?: number | undefined
    /** The streams that this relay shows under `/live`. Default: none. */
    listings?: LiveListings | undefined
    /** Default: the address of the connection. */
    addressOf?: ClientAddress | undefined
    /** The operator does not serve this source or rendition. Default: all are served. */
    isBlocked?(streamId: StreamId.StreamId): boolean
    /** Called before a request for this stream is answered, and never rejects. A relay without stake then begins to carry the stream. */
    wanted?(streamId: StreamId.StreamId): Promise<void>
  }

/** The stream or level in the path of a request. Verifiers still get receipts, and payloads by their hash (decision 075). */
const streamPath = /^\/(streams|segments|hls|recordings|audience)\/(0x[0-9a-f]{64})(?:[/.]|$)/i
/** A relay without stake begins to carry a stream for these requests. */
const wantedKinds = ['streams', 'segments', 'hls']

const refuseBlocked = () => {
  throw new HttpError({
    status: 451,
    sentence: 'The operator of this relay does not serve this stream.',
    nextStep: 'Ask another relay.',
  })
}

/** Serves a relay over HTTP. Throws `ListenError`. */
export function createGateway({
  maxPollsPerAddress = 64,
  addressOf = clientAddress([]),
  port,
  host,
  onFault,
  wanted,
  listings,
  isBlocked = () => false,
  ...options
}: GatewayOptions): Promise<Gateway> {
  const polls = new Polls({ maxPerAddress: maxPollsPerAddress })
  const proofs = new PieceProofs(options)
  const recordings = new Recordings(options)
  const posts = new AddressLimit(postLimit)
  const [reports, audience] = [new AddressLimit(reportLimit), new Audience()]
  const limited = { polls, posts, reports, clientAddress: addressOf }
  const live = new LiveStreams({ listings, isBlocked, audience, limit: new AddressLimit(liveLimit) })
  const context: Context = { ...options, ...limited, proofs, recordings, audience, live }
  return serve({
    ...{ port, host, onFault },
    find(question) {
      const found = route(context, question)
      const [, kind, id] = streamPath.exec(question.path) ?? []
      const streamId = id?.toLowerCase() as StreamId.StreamId | undefined
      if (!streamId) return found
      if (isBlocked(streamId)) return { ...found, answer: refuseBlocked }
      if (!wanted || !kind || !wantedKinds.includes(kind)) return found
      return { ...found, answer: () => wanted(streamId).then(found.answer) }
    },
    takesPosts,
    onAnswered: (answered) => options.metrics.count.httpRequest(answered),
  })
}
