import { ProtocolError } from '@lp/contracts/protocol'

/** Refuses a request. The client gets one sentence and the next step. */
export class HttpError extends ProtocolError {
  override readonly name = 'gateway.HttpError'
  readonly status: number
  readonly nextStep: string
  readonly headers: Readonly<Record<string, string>>

  constructor({ status, sentence, nextStep, headers = {} }: Facts) {
    super(sentence, { details: [nextStep] })
    this.status = status
    this.nextStep = nextStep
    this.headers = headers
  }
}

type Facts = { status: number; sentence: string; nextStep: string; headers?: Record<string, string> }

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
