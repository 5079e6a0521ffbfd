import { pipeline, Transform } from 'node:stream'
import type { Answer } from './Answer'
import type { ByteSales, Client } from './ByteSales'
import { HttpError } from './HttpError'
import type { Question } from './serve'

/**
 * Sells the bytes of an answer, if bytes have a price. The bytes are reserved now, and charged when they are written to the connection.
 * Throws `HttpError` 402.
 */
export function sold(
  sales: ByteSales | undefined,
  { answer, client, question }: { answer: Answer; client: Client; question: Question },
): Answer {
  const { body, headers, isFree } = answer
  if (
    isFree ||
    !sales?.isPaid ||
    typeof body !== 'function' ||
    question.message.method === 'HEAD' ||
    question.signal.aborted
  )
    return answer
  const sale = sales.sell(client, { byteLength: Number(headers['content-length']), path: question.path })
  if ('required' in sale) {
    const { error, nextStep, ...facts } = sale.required
    throw new HttpError({ status: 402, sentence: error, nextStep, facts })
  }
  // The gateway aborts the signal after each answer, complete or not.
  question.signal.addEventListener('abort', () => sale.end(), { once: true })
  return {
    ...answer,
    headers: { ...headers, ...sale.headers },
    async body() {
      const meter = new Transform({
        transform(chunk: Buffer, _, done) {
          if (sale.sent(chunk.length)) done(null, chunk)
          else this.destroy()
        },
      })
      // An error also ends `meter`, whose reader reports the error.
      return pipeline(await body(), meter, () => {})
    },
  }
}
