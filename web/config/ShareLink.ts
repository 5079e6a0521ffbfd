import { StreamId } from '@lp/contracts/protocol'
import type { Problem } from '../ui/Problem'

/** The link that opens a stream in the page at `base`. */
export const create = (streamId: StreamId.StreamId, base: string = document.baseURI): string =>
  new URL(`#/watch/${streamId}`, base).href

/** Reads the stream id from a link of any lp site, or from a bare id. Throws `UnreadableError`. */
export function parse(text: string): StreamId.StreamId {
  const candidate = text.trim().match(/(?:^|#\/?watch\/)(0x[0-9a-f]*)\/?$/i)?.[1]
  if (candidate === undefined) throw new UnreadableError()
  try {
    return StreamId.parse(candidate)
  } catch (cause) {
    throw new UnreadableError({ cause })
  }
}

export class UnreadableError extends Error {
  override readonly name = 'ShareLink.UnreadableError'
  readonly problem: Problem = {
    sentence: 'This is not a link to a stream.',
    nextStep: 'Paste the whole link that the broadcaster sent you. It ends with /watch/0x and 64 more characters.',
  }
  constructor(options?: ErrorOptions) {
    super('This text contains no stream id.', options)
  }
}
