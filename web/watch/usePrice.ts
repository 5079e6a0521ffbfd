import { useCallback, useSyncExternalStore } from 'react'
import type { ViewerPayments } from '../payments/ViewerPayments'

const never = () => () => undefined

/** Whether the page shows its payments: a relay asks for money, or the person has decided to pay. */
export function usePrice(payments: ViewerPayments | undefined): boolean {
  const look = useCallback(() => {
    const snapshot = payments?.getSnapshot()
    return snapshot !== undefined && (snapshot.state !== 'free' || snapshot.choice.issuer !== undefined)
  }, [payments])
  return useSyncExternalStore(payments?.subscribe ?? never, look)
}
