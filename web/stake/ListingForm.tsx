import { Select } from '../ui/Select'
import type { Filter } from './Listing'
import { columns, type useListing } from './useListing'

const filters: readonly { value: Filter; label: string }[] = [
  { value: 'all', label: 'All transcoders' },
  { value: 'active', label: 'Active transcoders' },
  { value: 'open', label: 'Active, and takes new jobs' },
  { value: 'clean', label: 'No fault on the record' },
]

/** Search, filter, and on a narrow screen the order. */
export function ListingForm({ listing }: { listing: ReturnType<typeof useListing> }) {
  const { text, filter, order, onText, onFilter, onSort } = listing
  return (
    <search className="mb-4 grid gap-2 sm:grid-cols-2">
      <input
        type="search"
        aria-label="Search by address or relay"
        value={text}
        onChange={(event) => onText(event.target.value)}
        placeholder="Address or relay"
        autoComplete="off"
        spellCheck={false}
        className="h-11 min-w-0 rounded-xl border border-line-strong bg-surface px-3.5 text-sm placeholder:text-ink-soft"
      />
      <Select
        label="Show"
        placeholder="Show"
        options={filters}
        value={filter}
        onChange={(value) => onFilter(filters.find((one) => one.value === value)?.value ?? 'all')}
      />
      <div className="md:hidden">
        <Select
          label="Sort by"
          placeholder="Sort by"
          options={columns.map(({ key, sorting }) => ({ value: key, label: sorting }))}
          value={order.key}
          onChange={(value) => onSort(columns.find(({ key }) => key === value)?.key ?? 'stake')}
        />
      </div>
    </search>
  )
}
