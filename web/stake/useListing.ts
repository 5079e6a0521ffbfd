import { useState } from 'react'
import { type Filter, initial, type Listing, listed } from './Listing'
import type { Staking } from './Staking'
import type { SortKey } from './Transcoder'

export type Column = { key: SortKey; title: string /** The label in the list “Sort by”. */; sorting: string }

export const columns: readonly Column[] = [
  { key: 'stake', title: 'Stake', sorting: 'Most stake first' },
  { key: 'cut', title: 'Reward cut', sorting: 'Lowest reward cut first' },
  { key: 'fees', title: 'Fee share', sorting: 'Highest fee share first' },
  { key: 'price', title: 'Price per hour', sorting: 'Lowest price first' },
]

/** The number of rows that the page shows at first, and that each click adds. A phone shows each row as a card. */
const rowsPerPage = 25

/** The transcoders that a person wants to see, in the chosen order. A second click on the same column reverses the order. */
export function useListing(staking: Staking) {
  const [listing, setListing] = useState<Listing>(initial)
  const [rows, setRows] = useState(rowsPerPage)
  const all = listed(staking, listing)
  const change = (next: Partial<Listing>) => {
    setListing((former) => ({ ...former, ...next }))
    setRows(rowsPerPage)
  }
  return {
    ...listing,
    transcoders: all.slice(0, rows),
    /** The number of transcoders that fit, also of those that are not shown yet. */
    count: all.length,
    onText: (text: string) => change({ text }),
    onFilter: (filter: Filter) => change({ filter }),
    onSort: (key: SortKey) =>
      change({ order: { key, isReversed: listing.order.key === key ? !listing.order.isReversed : false } }),
    onMoreRows: () => setRows((count) => count + rowsPerPage),
  }
}
