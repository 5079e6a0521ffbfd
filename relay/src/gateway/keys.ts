import { Readable } from 'node:stream'
import type { KeyDesk } from '../mesh/KeyTalk'
import { maxKeyBytes } from '../mesh/wire'
import type { AddressLimit } from './AddressLimit'
import type { Answer } from './Answer'
import type { Client } from './ByteSales'
import { badRequest, notFound } from './HttpError'
import { takeTurn } from './payments'
import { readBytes } from './readBody'
import type { Question } from './serve'

/**
 * Answers `POST /keys`, with which a viewer buys the keys of a paid stream. Question and answer are the same bytes as in the mesh. The
 * keys in the answer are encrypted for the buyer.
 */
export async function keys(
  { keyDesk, posts }: { keyDesk?: KeyDesk | undefined; posts: AddressLimit },
  { message }: Question,
  { network }: Client,
): Promise<Answer> {
  if (!keyDesk) throw notFound('This relay sells no keys of paid streams.', 'Ask another key server of the stream.')
  takeTurn(posts, network)
  const answer = await keyDesk(new Uint8Array(await readBytes(message, maxKeyBytes)))
  if (!answer)
    throw badRequest('This is no request for the keys of a paid stream.', 'Send a request in the form of decision 050.')
  return {
    status: 200,
    headers: {
      'cache-control': 'no-store',
      'content-type': 'application/octet-stream',
      'content-length': `${answer.length}`,
    },
    body: async () => Readable.from([answer], { objectMode: false }),
  }
}
