import { useEffect, useState } from 'react'
import { toast } from './toast'

const shownForMs = 2000

/** Copies to the clipboard. `copied` is true for two seconds after a copy. */
export function useCopy(text: string): { copied: boolean; copy(): void } {
  const [copied, setCopied] = useState(false)

  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), shownForMs)
    return () => clearTimeout(timer)
  }, [copied])

  const copy = () => {
    const refused = () => toast.error('The browser did not allow copying. Select the text and copy it by hand.')
    // On plain http, browsers give a page no access to the clipboard, except on localhost.
    if (!navigator.clipboard) return void refused()
    navigator.clipboard.writeText(text).then(() => setCopied(true), refused)
  }
  return { copied, copy }
}
