import { parse, type SharingChoice } from './SharingChoice'

const storageKey = 'lp.sharing'
const listeners = new Set<() => void>()
let known: { text: string | null; choice: SharingChoice } = { text: null, choice: {} }

/** The stored choice. Returns the same object until the choice changes. */
export function readSharing(): SharingChoice {
  const text = localStorage.getItem(storageKey)
  if (text !== known.text) known = { text, choice: parse(text) }
  return known.choice
}

export function chooseSharing(
  change: Partial<{ [Field in keyof SharingChoice]: SharingChoice[Field] | undefined }>,
): void {
  localStorage.setItem(storageKey, JSON.stringify({ ...readSharing(), ...change }))
  for (const listener of [...listeners]) listener()
}

/** Calls `listener` after each change, including changes by other tabs. */
export function subscribeToSharing(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => key === storageKey && listener()
  listeners.add(listener)
  addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', onStorage)
  }
}
