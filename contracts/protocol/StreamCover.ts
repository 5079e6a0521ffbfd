import { type Address, isAddressEqual } from 'viem'
import { ProtocolError } from './errors'
import * as Jpeg from './media/Jpeg'
import * as StreamId from './StreamId'
import * as typedData from './typedData'

/**
 * The title and the poster of a stream, as the broadcaster chose them. The stream key signs them, so no relay can change them. Decision 062.
 */
export type Header = {
  /** The source. */
  streamId: StreamId.StreamId
  /** At most `maxTitleLength` characters on one line. Empty: no title. */
  title: string
  /** A small baseline JPEG in base64. Empty: no poster. */
  poster: string
}

export type StreamCover = Header & { /** Signed by the stream key. */ signature: `0x${string}` }

/** In Unicode characters. */
export const maxTitleLength = 100
/** A record with a poster must fit into one message of the mesh, which has at most 16 KiB. */
export const maxPosterBytes = 8_000
/** Width and height, in pixels. A decoder needs little memory for such a picture. */
export const maxPosterSide = 640

/** Throws `TitleError`, `PosterError` and `Jpeg.FormError`. */
export async function sign(cover: Header, signer: typedData.Signer, domain: typedData.Domain): Promise<StreamCover> {
  assertShowable(cover)
  const message = messageOf(cover)
  return { ...message, signature: await signer.sign({ hash: typedData.hash('StreamCover', message, domain) }) }
}

/**
 * Throws `ForeignError` if the cover is of another stream, `WrongSignerError` unless the stream key signed it, and the errors of
 * `assertShowable`.
 */
export async function verify(
  cover: StreamCover,
  { streamId, domain }: { streamId: StreamId.StreamId; domain: typedData.Domain },
): Promise<void> {
  if (StreamId.parse(cover.streamId) !== StreamId.parse(streamId)) throw new ForeignError({ streamId, cover })
  assertShowable(cover)
  const origin = StreamId.origin(streamId)
  const signer = await typedData.recover('StreamCover', {
    ...{ message: messageOf(cover), signature: cover.signature, domain },
  })
  if (!signer || !isAddressEqual(signer, origin)) throw new WrongSignerError({ origin, signer })
}

/** Throws `TitleError`, `PosterError` or `Jpeg.FormError` if a page must not show this title or this poster. */
export function assertShowable({ title, poster }: Pick<Header, 'title' | 'poster'>): void {
  const fault = faultOf(title)
  if (fault) throw new TitleError({ fault })
  if (poster === '') return
  // The length is checked before the content, so that a hostile text costs nothing.
  if (poster.length > (maxPosterBytes / 3) * 4 + 4) throw new PosterError({ fact: `${poster.length} characters` })
  const { width, height } = Jpeg.sizeOf(bytesOf(poster))
  if (width > maxPosterSide || height > maxPosterSide) throw new PosterError({ fact: `${width} × ${height} pixels` })
}

/** Why a title must not be shown. `undefined`: it can be shown. */
export function faultOf(title: string): 'length' | 'space' | 'characters' | 'markup' | undefined {
  // Each character has one or two UTF-16 units.
  if (title.length > 2 * maxTitleLength || [...title].length > maxTitleLength) return 'length'
  if (!title.isWellFormed() || unshowable.test(title)) return 'characters'
  if (title !== title.trim()) return 'space'
  if (/<[a-z!?/]/i.test(title)) return 'markup'
  return undefined
}

/**
 * Control characters, ends of lines, and marks that change the direction of the text around the title. More than four marks on one letter
 * cover the lines above and below.
 */
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]|\p{M}{5}/u

function bytesOf(poster: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(poster) || poster.length % 4 !== 0) throw new PosterError({ fact: 'not base64' })
  const bytes = Uint8Array.from(atob(poster), (character) => character.charCodeAt(0))
  if (bytes.length > maxPosterBytes) throw new PosterError({ fact: `${bytes.length} bytes` })
  return bytes
}

const messageOf = ({ streamId, title, poster }: Header): Header => ({ streamId, title, poster })

export class WrongSignerError extends ProtocolError {
  override readonly name = 'StreamCover.WrongSignerError'
  constructor({ origin, signer }: { origin: Address; signer: Address | undefined }) {
    super('The title and the poster of the stream were not signed by the stream key.', {
      details: [`Stream key: ${origin}`, `Signer: ${signer ?? 'none that can be recovered'}`],
    })
  }
}

export class ForeignError extends ProtocolError {
  override readonly name = 'StreamCover.ForeignError'
  constructor({ streamId, cover }: { streamId: StreamId.StreamId; cover: Header }) {
    super('The title and the poster belong to another stream.', {
      details: [`Stream: ${streamId}`, `Stream of the title: ${cover.streamId}`],
    })
  }
}

export class TitleError extends ProtocolError {
  override readonly name = 'StreamCover.TitleError'
  constructor({ fault }: { fault: NonNullable<ReturnType<typeof faultOf>> }) {
    super('The title of the stream cannot be shown.', {
      details: [`Fault: ${fault}`, `Allowed: one line of at most ${maxTitleLength} characters, without markup`],
    })
  }
}

export class PosterError extends ProtocolError {
  override readonly name = 'StreamCover.PosterError'
  constructor({ fact }: { fact: string }) {
    super('The poster of the stream is too large, or not a picture.', {
      details: [
        `Received: ${fact}`,
        `Allowed: ${maxPosterBytes} bytes of base64, ${maxPosterSide} × ${maxPosterSide} pixels`,
      ],
    })
  }
}
