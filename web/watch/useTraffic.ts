import { useEffect, useState } from 'react'
import { type Totals, type Traffic, trafficBetween } from './Traffic'

const everyMs = 1_000
/** The rates are averages over at most this time. */
const windowMs = 5_000

/** The traffic of the last five seconds. The hook computes it again every second while the component is mounted. */
export function useTraffic(read: () => Omit<Totals, 'atMs'>): Traffic | undefined {
  const [traffic, setTraffic] = useState<Traffic>()
  useEffect(() => {
    let readings: Totals[] = []
    const look = () => {
      const now = { ...read(), atMs: performance.now() }
      readings = [...readings.filter(({ atMs }) => atMs > now.atMs - windowMs - everyMs / 2), now]
      setTraffic(trafficBetween(readings[0] ?? now, now))
    }
    look()
    const timer = setInterval(look, everyMs)
    return () => clearInterval(timer)
  }, [read])
  return traffic
}
