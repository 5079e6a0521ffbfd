import { Json } from '@lp/contracts/protocol'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { json, text } from './Answer'
import { notFound } from './HttpError'
import { faultCounter } from './metrics'
import type { Status } from './Status'
import { type Found, type Gateway, type ServeOptions, serve } from './serve'

/** The metrics of a verifier. */
export type VerifierMetrics = ReturnType<typeof createVerifierMetrics>

export function createVerifierMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const verdicts = new Counter({
    name: 'lp_verdicts_total',
    help: 'Verdicts on challenged segments. missed: the verifier gave no verdict in time.',
    labelNames: ['verdict'],
    registers,
  })
  const checks = new Histogram({
    name: 'lp_check_seconds',
    help: 'Time to run the recipe on a segment and compare the result.',
    buckets: [0.5, 1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  })
  const waiting = new Gauge({ name: 'lp_challenges_waiting', help: 'Segments that wait for a verdict.', registers })
  const requests = new Counter({
    name: 'lp_http_requests_total',
    help: 'HTTP requests, by route and status.',
    labelNames: ['route', 'status'],
    registers,
  })
  const faults = faultCounter(registry)
  return {
    registry,
    count: {
      fault: (fault: { room: string; kind: string }) => faults.inc(fault),
      verdict: (verdict: string) => verdicts.inc({ verdict }),
      checked: (seconds: number) => checks.observe(seconds),
      challengesWaiting: (count: number) => waiting.set(count),
      httpRequest: ({ route, status }: { route: string; status: number }) =>
        requests.inc({ route, status: `${status}` }),
    },
  }
}

/** Serves the status and the metrics of a verifier over HTTP. Throws `ListenError`. */
export function createVerifierGateway({
  status,
  metrics: { registry, count },
  ...place
}: Pick<ServeOptions, 'port' | 'host' | 'onFault'> & {
  status(): Status
  metrics: VerifierMetrics
}): Promise<Gateway> {
  const routes: Record<string, Found> = {
    '/healthz': { name: 'healthz', answer: () => text('ok\n', 'text/plain; charset=utf-8') },
    '/status': {
      name: 'status',
      answer: () => json(Json.stringify({ ...status(), streams: [] })),
    },
    '/metrics': {
      name: 'metrics',
      answer: async () => {
        count.challengesWaiting(status().verifier?.waiting.length ?? 0)
        return text(await registry.metrics(), registry.contentType)
      },
    },
  }
  return serve({ ...place, find: ({ path }) => routes[path] ?? nothing, onAnswered: count.httpRequest })
}

const nothing: Found = {
  name: 'none',
  answer() {
    throw notFound('This address serves nothing.', 'Read /status.')
  },
}
