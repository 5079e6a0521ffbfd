import type { StreamId } from '@lp/contracts/protocol'
import type { AudienceReport, AudienceSummary } from '../records/AudienceSummary'
import * as json from '../records/json'
import type { Relay } from './Relay'
import { read } from './read'

export type { AudienceReport, AudienceSummary, Spread } from '../records/AudienceSummary'

const maxBytes = 4_096
const timeoutMs = 5_000

type Question = { streamId: StreamId.StreamId; signal: AbortSignal }

/** What the viewers of a stream have told the relay. `undefined`: the relay does not have the stream, or is older. Throws the errors of `read`. */
export const askAudience = (relay: Relay, { streamId, signal }: Question): Promise<AudienceSummary | undefined> =>
  ask(relay, { path: `/audience/${streamId}`, signal })

/** Tells the relay how our player does. Resolves and throws as `askAudience`. */
export const reportToAudience = (
  relay: Relay,
  { streamId, report, signal }: Question & { report: AudienceReport },
): Promise<AudienceSummary | undefined> =>
  ask(relay, {
    path: `/audience/${streamId}/reports`,
    body: new TextEncoder().encode(json.encode(report)),
    signal,
  })

async function ask(relay: Relay, request: { path: string; body?: Uint8Array; signal: AbortSignal }) {
  const answer = await read(relay, { ...request, maxBytes, timeoutMs })
  return answer && json.decodeAudienceSummary(json.parse(new TextDecoder().decode(answer.data)))
}
