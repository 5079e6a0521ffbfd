import { bytesToHex, type Hex, isHex, size } from 'viem'
import { ProtocolError } from './errors'

/**
 * The secret key of one epoch of a paid stream: 32 random bytes. With the key, a viewer can decrypt the epoch's segments of
 * the source and of all renditions. The broadcaster's page makes the key, and never stores it. So an epoch has a second key if the page was
 * loaded again in this epoch. Decision 050.
 */
export type EpochKey = Uint8Array<ArrayBuffer>

export const keyBytes = 32
/** An epoch of segments of 2 s lasts 10 s. */
export const segmentsPerEpoch = 5n
const idBytes = 12

/** The number of the epoch to which a segment belongs. */
export const epochOf = (sequenceNumber: bigint): bigint => sequenceNumber / segmentsPerEpoch

/** The first segment of an epoch. */
export const firstOf = (epoch: bigint): bigint => epoch * segmentsPerEpoch

export const random = (): EpochKey => crypto.getRandomValues(new Uint8Array(keyBytes))

/** Names a key without disclosing it: 12 bytes. Throws `LengthError`, `NoWebCryptoError`. */
export async function id(key: Uint8Array): Promise<Hex> {
  assertLength(key)
  const named = new Uint8Array(purpose.length + keyBytes)
  named.set(purpose)
  named.set(key, purpose.length)
  return bytesToHex(new Uint8Array(await subtle().digest('SHA-256', named)).subarray(0, idBytes))
}

const purpose = new TextEncoder().encode('lp epoch key')

export const isId = (value: unknown): value is Hex => isHex(value) && size(value) === idBytes

/** Throws `LengthError` unless the key has 32 bytes. */
export function assertLength(key: Uint8Array): void {
  if (key.length !== keyBytes) throw new LengthError({ bytes: key.length })
}

/** WebCrypto. Throws `NoWebCryptoError`. */
export function subtle(): SubtleCrypto {
  // Browsers have WebCrypto only in secure contexts, although the types say that it always exists.
  const found: SubtleCrypto | undefined = crypto.subtle
  if (!found) throw new NoWebCryptoError()
  return found
}

export class LengthError extends ProtocolError {
  override readonly name = 'EpochKey.LengthError'
  constructor({ bytes }: { bytes: number }) {
    super('The key of an epoch has the wrong length.', { details: [`Bytes: ${bytes}`, `Expected: ${keyBytes}`] })
  }
}

export class NoWebCryptoError extends ProtocolError {
  override readonly name = 'EpochKey.NoWebCryptoError'
  constructor() {
    super(
      'This page cannot encrypt or decrypt, because the browser offers no WebCrypto here. Open the page over https.',
    )
  }
}
