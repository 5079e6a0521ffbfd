import { ProtocolError } from '@lp/contracts/protocol'

/** Refuses a request. The client gets one sentence and the next step. */
export class HttpError extends ProtocolError {
  override readonly name = 'gateway.HttpError'
  readonly status: number
  readonly nextStep: string
  readonly headers: Readonly<Record<string, string>>
  /** Further fields of the body in JSON. */
  readonly facts: Readonly<Record<string, unknown>>

  constructor({ status, sentence, nextStep, headers = {}, facts = {} }: Facts) {
    super(sentence, { details: [nextStep] })
    this.status = status
    this.nextStep = nextStep
    this.headers = headers
    this.facts = facts
  }
}

type Facts = Pick<HttpError, 'status' | 'nextStep'> &
  Partial<Pick<HttpError, 'headers' | 'facts'>> & { sentence: string }

export const badRequest = (sentence: string, nextStep: string) => new HttpError({ status: 400, sentence, nextStep })

export const notFound = (sentence: string, nextStep: string) => new HttpError({ status: 404, sentence, nextStep })

/** The error for an answer that does not exist yet, but will exist soon. */
export const notYet = (sentence: string, retryAfterSeconds: number) =>
  new HttpError({
    status: 503,
    sentence,
    nextStep: `Ask again in ${retryAfterSeconds} s.`,
    headers: { 'retry-after': `${retryAfterSeconds}` },
  })
