import { type Context, route } from './routes'
import { type Gateway, type ServeOptions, serve } from './serve'
import { Polls } from './streams'

export type { Gateway } from './serve'

export type GatewayOptions = Omit<Context, 'polls'> &
  Pick<ServeOptions, 'port' | 'host' | 'onFault'> & {
    /**
     * The largest number of requests of one IP address that are held at the same time. Default 64: many viewers can share one
     * address.
     */
    maxPollsPerAddress?: number
  }

/** Serves a relay over HTTP. Throws `ListenError`. */
export function createGateway({
  maxPollsPerAddress = 64,
  port,
  host,
  onFault,
  ...options
}: GatewayOptions): Promise<Gateway> {
  const context: Context = { ...options, polls: new Polls({ maxPerAddress: maxPollsPerAddress }) }
  return serve({
    ...{ port, host, onFault },
    find: (question) => route(context, question),
    onAnswered: (answered) => options.metrics.count.httpRequest(answered),
  })
}
