import { bytesToHex, type Hex, hexToBytes } from 'viem'

/** A private key, encrypted under a key that no script can read. */
export type SealedKey = { aes: CryptoKey; iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }

const algorithm = 'AES-GCM'

/**
 * Encrypts a private key. WebCrypto has no secp256k1, so a script of this page can use the private key; but a copy of the database alone
 * does not contain it.
 */
export async function seal(key: Hex): Promise<SealedKey> {
  const aes = await crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, ['encrypt', 'decrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt({ name: algorithm, iv }, aes, hexToBytes(key).slice())
  return { aes, iv, sealed }
}

/** Rejects if the stored values do not belong together. */
export const unseal = async ({ aes, iv, sealed }: SealedKey): Promise<Hex> =>
  bytesToHex(new Uint8Array(await crypto.subtle.decrypt({ name: algorithm, iv }, aes, sealed)))
