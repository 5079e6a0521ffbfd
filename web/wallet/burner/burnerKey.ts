import { type Hex, isHex, size } from 'viem'
import { generatePrivateKey } from 'viem/accounts'

const storageKey = 'lp.burner.key'

/**
 * The key of this browser's test wallet: the stored key, or a new key if no valid key is stored. Use it only on a chain whose ether has no
 * value.
 */
export function burnerKey(storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): Hex {
  const stored = storage.getItem(storageKey)
  if (stored !== null && isHex(stored) && size(stored) === 32) return stored
  const created = generatePrivateKey()
  storage.setItem(storageKey, created)
  return created
}
