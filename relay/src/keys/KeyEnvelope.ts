import { EpochKey, ProtocolError, type StreamId } from '@lp/contracts/protocol'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { concat, u64 } from '../mesh/bytes'

/** Keys of one epoch, encrypted with the public key in a buyer's request. So only this buyer can read the keys, even over plain HTTP. */
export type KeyEnvelope = {
  /** A key that the key server made for this envelope only: an uncompressed point of P-256, 65 bytes. */
  readonly publicKey: Hex
  readonly data: Uint8Array<ArrayBuffer>
}

/**
 * The stream and the epoch of the keys. The encryption depends on both, so an envelope cannot be opened as the envelope of another stream
 * or epoch.
 */
export type Purpose = { streamId: StreamId.StreamId; epoch: bigint }

export type KeyPair = { publicKey: Hex; privateKey: CryptoKey }

export const publicKeyBytes = 65
const curve = { name: 'ECDH', namedCurve: 'P-256' } as const
/** Each envelope has its own encryption key, so all envelopes can have the same initialization vector. */
const iv = new Uint8Array(12)
export const tagBytes = 16

export async function createKeyPair(): Promise<KeyPair> {
  const subtle = EpochKey.subtle()
  const { publicKey, privateKey } = await subtle.generateKey(curve, false, ['deriveBits'])
  return { publicKey: bytesToHex(new Uint8Array(await subtle.exportKey('raw', publicKey))), privateKey }
}

/** Encrypts keys for the owner of `publicKey`. Rejects with `PublicKeyError`. */
export async function close(
  keys: readonly EpochKey.EpochKey[],
  { publicKey, ...purpose }: Purpose & { publicKey: Hex },
): Promise<KeyEnvelope> {
  const own = await createKeyPair()
  const secret = await agree(own.privateKey, { publicKey, purpose, usage: 'encrypt' })
  const data = await EpochKey.subtle().encrypt({ name: 'AES-GCM', iv }, secret, concat(keys) as Uint8Array<ArrayBuffer>)
  return { publicKey: own.publicKey, data: new Uint8Array(data) }
}

/** Decrypts keys. Rejects with `PublicKeyError` or `DamagedError`. */
export async function open(
  { publicKey, data }: KeyEnvelope,
  { privateKey, ...purpose }: Purpose & { privateKey: CryptoKey },
): Promise<EpochKey.EpochKey[]> {
  const secret = await agree(privateKey, { publicKey, purpose, usage: 'decrypt' })
  const bytes = await EpochKey.subtle()
    .decrypt({ name: 'AES-GCM', iv }, secret, data)
    .catch((cause: unknown) => {
      throw new DamagedError({ cause })
    })
  if (bytes.byteLength % EpochKey.keyBytes !== 0) throw new DamagedError({ cause: `${bytes.byteLength} bytes` })
  const keys: EpochKey.EpochKey[] = []
  for (let at = 0; at < bytes.byteLength; at += EpochKey.keyBytes)
    keys.push(new Uint8Array(bytes.slice(at, at + EpochKey.keyBytes)))
  return keys
}

async function agree(
  privateKey: CryptoKey,
  { publicKey, purpose, usage }: { publicKey: Hex; purpose: Purpose; usage: 'encrypt' | 'decrypt' },
): Promise<CryptoKey> {
  const subtle = EpochKey.subtle()
  const theirs = await subtle
    .importKey('raw', hexToBytes(publicKey) as Uint8Array<ArrayBuffer>, curve, false, [])
    .catch((cause: unknown) => {
      throw new PublicKeyError({ publicKey, cause })
    })
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, privateKey, 256)
  const base = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const text = new TextEncoder().encode('lp epoch keys')
  const info = concat([text, hexToBytes(purpose.streamId), u64(purpose.epoch)]) as Uint8Array<ArrayBuffer>
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
  return subtle.deriveKey(hkdf, base, { name: 'AES-GCM', length: 256 }, false, [usage])
}

export class PublicKeyError extends ProtocolError {
  override readonly name = 'KeyEnvelope.PublicKeyError'
  constructor({ publicKey, cause }: { publicKey: Hex; cause: unknown }) {
    super('The public key is not a point of the curve P-256.', {
      details: [`Public key: ${publicKey.slice(0, 140)}`, `Expected: ${publicKeyBytes} bytes, a point of P-256`],
      cause,
    })
  }
}

export class DamagedError extends ProtocolError {
  override readonly name = 'KeyEnvelope.DamagedError'
  constructor({ cause }: { cause: unknown }) {
    super('The keys in the answer of the key server cannot be decrypted.', { cause })
  }
}
