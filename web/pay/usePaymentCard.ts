import { useState, useSyncExternalStore } from 'react'
import type { PaymentControl } from '../payments/ViewerPayments'

/** The state of the card. The panel with the wallet is downloaded when the person asks for it, and stays. */
export function usePaymentCard(payments: PaymentControl) {
  const snapshot = useSyncExternalStore(payments.subscribe, payments.getSnapshot)
  const [isOpen, setIsOpen] = useState(false)
  const [hasPanel, setHasPanel] = useState(false)
  return {
    snapshot,
    isOpen,
    hasPanel,
    onToggle: setIsOpen,
    onPanel() {
      setHasPanel(true)
      setIsOpen(true)
    },
  }
}
