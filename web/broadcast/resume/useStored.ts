import { logOf } from 'lp-relay/log'
import { useEffect, useState } from 'react'
import type { PublicClient } from 'viem'
import { openStore } from './BroadcastStore'
import { type Found, findStored } from './findStored'

const log = logOf('broadcast')
const askAgainAfterMs = 2_000
const looking: Found = { name: 'looking' }

/** Looks for a live or interrupted broadcast of this browser while this tab has none (`isIdle`). */
export function useStored(client: PublicClient, { isIdle }: { isIdle: boolean }): Found {
  const [found, setFound] = useState(looking)
  useEffect(() => {
    if (!isIdle) return
    let isStopped = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async () => {
      const next = await findStored(client, openStore()).catch((error: unknown) => {
        log.debug('stored broadcasts not read', () => ({ error }))
        return undefined
      })
      if (isStopped) return
      if (next) setFound((known) => (keyOf(known) === keyOf(next) ? known : next))
      timer = setTimeout(() => void look(), askAgainAfterMs)
    }
    void look()
    return () => {
      isStopped = true
      clearTimeout(timer)
      // An earlier answer must not start an ended broadcast again.
      setFound(looking)
    }
  }, [client, isIdle])
  return found
}

/** The page is drawn again only if this key changes. */
function keyOf(found: Found): string {
  if (found.name === 'elsewhere') return `elsewhere ${found.jobIds.join()}`
  return found.name === 'interrupted' ? `interrupted ${found.stored.jobId}` : found.name
}
