import { useState } from 'react'

const storageKey = 'lp.mirror'
const off = 'off'

/** Whether the preview of the camera is mirrored, as people know their own picture. Viewers never see it mirrored. */
export function useMirror(): { isMirrored: boolean; onMirror(isMirrored: boolean): void } {
  const [isMirrored, setIsMirrored] = useState(() => localStorage.getItem(storageKey) !== off)
  return {
    isMirrored,
    onMirror(isMirrored) {
      setIsMirrored(isMirrored)
      if (isMirrored) localStorage.removeItem(storageKey)
      else localStorage.setItem(storageKey, off)
    },
  }
}
