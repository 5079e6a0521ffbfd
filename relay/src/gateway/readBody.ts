import type { IncomingMessage } from 'node:http'
import { badRequest, HttpError } from './HttpError'

/** The text of the body of a request. Throws the errors of `readBytes`. */
export const readBody = async (message: IncomingMessage, maxBytes: number): Promise<string> =>
  (await readBytes(message, maxBytes)).toString('utf8')

/** The body of a request. Throws `HttpError`: 413 if the body is longer than `maxBytes`, 400 if the client does not send the whole body. */
export async function readBytes(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  const data = message[Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await data.next().catch(() => {
      throw badRequest('The body of the request is not complete.', 'Send the request again.')
    })
    if (done) return Buffer.concat(chunks)
    bytes += value.length
    if (bytes > maxBytes)
      throw new HttpError({
        status: 413,
        sentence: 'The body of the request is too long.',
        nextStep: `Send at most ${maxBytes} bytes.`,
        headers: { connection: 'close' },
      })
    chunks.push(value)
  }
}
