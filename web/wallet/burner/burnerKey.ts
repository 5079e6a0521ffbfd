import { type Hex, isHex, size } from 'viem'
import { generatePrivateKey } from 'viem/accounts'

const storageKey = 'lp.burner.key'

/** This browser's key for test ether: the stored one, else a new one. Never for a chain with real value. */
export function burnerKey(storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): Hex {
  const stored = storage.getItem(storageKey)
  if (stored !== null && isHex(stored) && size(stored) === 32) return stored
  const created = generatePrivateKey()
  storage.setItem(storageKey, created)
  return created
}
