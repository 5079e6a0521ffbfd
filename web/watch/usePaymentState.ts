import { useCallback, useSyncExternalStore } from 'react'
import type { PaymentState } from '../payments/PaymentState'
import type { ViewerPayments } from '../payments/ViewerPayments'

const never = () => () => undefined

/** How the viewer pays. `undefined`: no relay asks for money, and the person has not decided to pay, so the page shows no payments. */
export function usePaymentState(payments: ViewerPayments | undefined): PaymentState | undefined {
  const look = useCallback(() => {
    const { state, choice } = payments?.getSnapshot() ?? {}
    return state === 'free' && choice?.issuer === undefined ? undefined : state
  }, [payments])
  return useSyncExternalStore(payments?.subscribe ?? never, look)
}
