import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { PaymentDatabase, SealedKey } from './PaymentDatabase'
import { StoreError, UnsafeBrowserError } from './StoreError'

const algorithm = 'AES-GCM'

/**
 * The key that signs cheques for a wallet: the stored one, or a new one. WebCrypto has no secp256k1, so a script of this page can use the key; but
 * a copy of the database alone does not contain it. Rejects with `StoreError` or `UnsafeBrowserError`.
 */
export async function openSessionKey(database: PaymentDatabase): Promise<PrivateKeyAccount> {
  if (!globalThis.crypto?.subtle) throw new UnsafeBrowserError()
  const stored = (await database.readKey()) ?? (await database.addKey(await seal(generatePrivateKey())))
  return privateKeyToAccount(await unseal(stored))
}

async function seal(key: Hex): Promise<SealedKey> {
  const aes = await crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, ['encrypt', 'decrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt({ name: algorithm, iv }, aes, hexToBytes(key).slice())
  return { aes, iv, sealed }
}

async function unseal({ aes, iv, sealed }: SealedKey): Promise<Hex> {
  try {
    return bytesToHex(new Uint8Array(await crypto.subtle.decrypt({ name: algorithm, iv }, aes, sealed)))
  } catch (cause) {
    throw new StoreError({ cause })
  }
}
