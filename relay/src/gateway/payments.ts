import type { AddressLimit } from './AddressLimit'
import { type Answer, json } from './Answer'
import type { ByteSales, Client, Reply } from './ByteSales'
import { HttpError, notFound } from './HttpError'
import { readBody } from './readBody'
import type { Question } from './serve'

/** The largest length of a body. An honest body is shorter. */
const maxBodyBytes = 4_096
/** The limit for each network address. Many payers can share one address, and each payer sends a cheque every few seconds. */
export const postLimit = { perSecond: 5, burst: 50 }

export type Posts = { sales: ByteSales | undefined; limit: AddressLimit }

/** Answers `POST /payers`, with which a payer proves its key. */
export const hello = (posts: Posts, question: Question, { network }: Client): Promise<Answer> =>
  post(posts, { question, network }, (sales, body) => sales.hello(body, network))

/** Answers `POST /cheques`, with which a payer pays. */
export const cheque = (posts: Posts, question: Question, client: Client): Promise<Answer> =>
  post(posts, { question, network: client.network }, (sales, body) => sales.cheque(body, client))

async function post(
  { sales, limit }: Posts,
  { question, network }: { question: Question; network: string },
  answer: (sales: ByteSales, body: string) => Promise<Reply>,
): Promise<Answer> {
  if (!sales)
    throw notFound(
      'This relay takes no payments.',
      'Request the bytes without a payment: all bytes of this relay are free.',
    )
  takeTurn(limit, network)
  const { status, body } = await answer(sales, await readBody(question.message, maxBodyBytes))
  return { ...json(body), status }
}

/** Throws `HttpError` 429 if too many requests come from this address. */
export function takeTurn(limit: AddressLimit, network: string): void {
  if (limit.take(network)) return
  throw new HttpError({
    status: 429,
    sentence: 'Too many requests about payments come from this address.',
    nextStep: 'Try again in some seconds.',
    headers: { 'retry-after': '5', connection: 'close' },
  })
}
