import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowUp from 'lucide-react/icons/arrow-up'
import type { Order, SortKey } from './Transcoder'
import type { Column } from './useListing'

export type SortHeaderProps = { column: Column; order: Order; onSort(key: SortKey): void }

/** Columns in which a larger value is better for the delegator. The first click sorts them from the largest value to the smallest. */
const beginsWithMost: readonly SortKey[] = ['stake', 'fees']

export function SortHeader({ column, order, onSort }: SortHeaderProps) {
  const isChosen = order.key === column.key
  const isDescending = beginsWithMost.includes(column.key) !== order.isReversed
  const Icon = isDescending ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      className="pb-2 pl-3 text-right font-normal"
      aria-sort={isChosen ? (isDescending ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        onClick={() => onSort(column.key)}
        className={`-mx-1 inline-flex items-center gap-1 rounded-md px-1 text-right hover:text-ink ${isChosen ? 'text-ink' : ''}`}
      >
        {isChosen && <Icon className="size-3.5 shrink-0" aria-hidden="true" />}
        {column.title}
      </button>
    </th>
  )
}
