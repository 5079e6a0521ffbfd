import { useState, useSyncExternalStore } from 'react'
import type { PaymentControl } from '../payments/ViewerPayments'
import type { NoticeAction } from './stateText'

/** The state of the card. The panel with the wallet is downloaded when the person asks for it, and stays. */
export function usePaymentCard(payments: PaymentControl) {
  const snapshot = useSyncExternalStore(payments.subscribe, payments.getSnapshot)
  const [isOpen, setIsOpen] = useState(false)
  const [hasPanel, setHasPanel] = useState(false)
  const onPanel = () => {
    setHasPanel(true)
    setIsOpen(true)
  }
  return {
    snapshot,
    isOpen,
    hasPanel,
    onToggle: setIsOpen,
    onPanel,
    /** Whether the card shows already what the action would show. */
    isDone: (action: NoticeAction) => isOpen && (action === 'limit' || (hasPanel && action !== 'accept')),
    onAction(action: NoticeAction | undefined) {
      const { issuer } = snapshot.choice
      if (action === 'limit') setIsOpen(true)
      else if ((action === 'accept' || (action === 'watch' && snapshot.left !== undefined)) && issuer)
        payments.pay(issuer)
      else onPanel()
    },
  }
}
