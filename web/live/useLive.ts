import { useEffect, useMemo, useState } from 'react'
import { createClient } from 'viem'
import { chainOf, transportOf } from '../config/chain'
import { useConfig } from '../config/useConfig'
import { followLive, type Live } from './followLive'

export function useLive(): Live {
  const config = useConfig()
  const [live, setLive] = useState<Live>({ name: 'reading' })
  const client = useMemo(
    () => createClient({ chain: chainOf(config), transport: transportOf(config, { batch: true }) }),
    [config],
  )
  useEffect(() => {
    const closing = new AbortController()
    void followLive(client, { chainId: config.chainId, signal: closing.signal, onLive: setLive })
    return () => closing.abort()
  }, [client, config])
  return live
}
