import { useState } from 'react'
import { type Order, type SortKey, sorted, type Transcoder } from './Transcoder'

export type Column = { key: SortKey; title: string /** The label in the list “Sort by”. */; sorting: string }

export const columns: readonly Column[] = [
  { key: 'stake', title: 'Stake', sorting: 'Most stake first' },
  { key: 'cut', title: 'Reward cut', sorting: 'Lowest reward cut first' },
  { key: 'fees', title: 'Fee share', sorting: 'Highest fee share first' },
  { key: 'price', title: 'Price per hour', sorting: 'Lowest price first' },
]

/** The transcoders in the chosen order. A second click on the same column reverses the order. */
export function useOrder(all: readonly Transcoder[]) {
  const [order, setOrder] = useState<Order>({ key: 'stake', isReversed: false })
  return {
    order,
    transcoders: sorted(all, order),
    onSort: (key: SortKey) =>
      setOrder((former) => ({ key, isReversed: former.key === key ? !former.isReversed : false })),
  }
}
