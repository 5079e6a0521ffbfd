import { FormError, type Reader, u32 } from './bytes'
import type { Codecs } from './codec'

/** Questions to a key server about the keys of a paid stream, and its answers. The mesh does not read `content`. Decision 050. */
export type KeyMessage =
  | { type: 'keyQuestion'; requestId: number; content: Uint8Array }
  /** The answer to `keyQuestion`. */
  | { type: 'keyAnswer'; requestId: number; content: Uint8Array }

export const maxKeyBytes = 4 * 1024

const content = (tag: number) => ({
  tag,
  write({ requestId, content }: { requestId: number; content: Uint8Array }) {
    assertLength(content.length)
    return [u32(requestId), content]
  },
  read(reader: Reader) {
    const requestId = reader.u32()
    assertLength(reader.remaining)
    return { requestId, content: reader.bytes(reader.remaining) }
  },
})

export const keyCodecs: Codecs<KeyMessage> = { keyQuestion: content(0x81), keyAnswer: content(0x82) }

function assertLength(length: number) {
  if (length > maxKeyBytes) throw new FormError(`${length} bytes about keys where ${maxKeyBytes} are allowed`)
}
