import { useState } from 'react'
import { parseAmount } from '../wallet/amount'

export type SaleChoice = {
  isPaid: boolean
  /** What the person has typed as the price of a minute, in ether. */
  text: string
  /** The price of a minute of the next stream, in wei. 0: free. Undefined: the typed price is no amount. */
  weiPerMinute: bigint | undefined
  onPaid(isPaid: boolean): void
  onText(text: string): void
}

const storageKey = 'lp.price'
const suggested = '0.0001'

/** Whether the next stream is free or paid. The browser remembers the price, but each stream is free until the person chooses otherwise. */
export function useSaleChoice(): SaleChoice {
  const [isPaid, setIsPaid] = useState(false)
  const [text, setText] = useState(() => localStorage.getItem(storageKey) ?? suggested)
  return {
    ...{ isPaid, text },
    weiPerMinute: isPaid ? parseAmount(text) : 0n,
    onPaid: setIsPaid,
    onText(text) {
      setText(text)
      if (parseAmount(text) !== undefined) localStorage.setItem(storageKey, text)
    },
  }
}
