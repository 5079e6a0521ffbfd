import { useState } from 'react'

export type RecordingChoice = {
  /** Whether relays and viewers may keep a recording of the next stream. */
  isAllowed: boolean
  onChange(isAllowed: boolean): void
}

const storageKey = 'lp.recording'
const refused = 'refused'

/** The browser remembers a refusal, so that a broadcaster does not have to refuse before each stream. */
export function useRecordingChoice(): RecordingChoice {
  const [isAllowed, setIsAllowed] = useState(() => localStorage.getItem(storageKey) !== refused)
  return {
    isAllowed,
    onChange(isAllowed) {
      setIsAllowed(isAllowed)
      if (isAllowed) localStorage.removeItem(storageKey)
      else localStorage.setItem(storageKey, refused)
    },
  }
}
