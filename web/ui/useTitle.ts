import { useEffect } from 'react'

/** Names the page in the tab of the browser. Each page, and each view that replaces a page, calls this hook once. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · lp`
  }, [title])
}
