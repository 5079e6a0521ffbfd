import { useState } from 'react'
import { type Order, type SortKey, sorted, type Transcoder } from './Transcoder'

export type Column = { key: SortKey; title: string /** In a list to choose from. */; sorting: string }

export const columns: readonly Column[] = [
  { key: 'stake', title: 'Stake', sorting: 'Most stake first' },
  { key: 'cut', title: 'Keeps of rewards', sorting: 'Keeps least of rewards first' },
  { key: 'fees', title: 'Passes on of fees', sorting: 'Passes on most fees first' },
  { key: 'price', title: 'Price an hour', sorting: 'Lowest price first' },
]

/** The transcoders in the order that was chosen; a second choice of the same turns it around. */
export function useOrder(all: readonly Transcoder[]) {
  const [order, setOrder] = useState<Order>({ key: 'stake', isReversed: false })
  return {
    order,
    transcoders: sorted(all, order),
    onSort: (key: SortKey) =>
      setOrder((former) => ({ key, isReversed: former.key === key ? !former.isReversed : false })),
  }
}
