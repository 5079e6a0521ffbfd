import type { StreamId } from '@lp/contracts/protocol'
import { decodeAudienceReport, encode, MalformedError, parse } from '../records/json'
import type { Catalogue } from '../storage/Catalogue'
import type { AddressLimit } from './AddressLimit'
import { type Answer, json } from './Answer'
import type { Audience } from './Audience'
import { badRequest, HttpError } from './HttpError'
import { readBody } from './readBody'
import type { Question } from './serve'
import { known } from './streams'

/** The limit for each network address. Up to 64 viewers of one address report every ten seconds. */
export const reportLimit = { perSecond: 8, burst: 64 }

const maxReportBytes = 256

type Context = { catalogue: Catalogue; audience: Audience; reports: AddressLimit }

/** Answers `GET /audience/<streamId>`. */
export function audienceSummary({ catalogue, audience }: Context, streamId: StreamId.StreamId): Answer {
  known(catalogue, streamId)
  return json(encode(audience.summary(streamId)))
}

/** Answers `POST /audience/<streamId>/reports`, with which a viewer says how its player does. The answer is the summary of all viewers. */
export async function audienceReport(
  context: Context,
  { message, streamId, network }: Pick<Question, 'message'> & { streamId: StreamId.StreamId; network: string },
): Promise<Answer> {
  const { catalogue, audience, reports } = context
  if (!reports.take(network)) throw tooMany()
  const body = await readBody(message, maxReportBytes)
  const { state } = known(catalogue, streamId)
  try {
    const report = decodeAudienceReport(parse(body))
    if (state !== 'ended') audience.report(streamId, report, network)
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
    throw badRequest('This is no report of a viewer.', 'Send JSON with the fields viewer, latencyMs and stalls.')
  }
  return json(encode(audience.summary(streamId)))
}

const tooMany = () =>
  new HttpError({
    status: 429,
    sentence: 'Too many reports come from this address.',
    nextStep: 'Send a report every ten seconds.',
    headers: { 'retry-after': '10', connection: 'close' },
  })
