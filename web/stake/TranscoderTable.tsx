// biome-ignore-all lint/a11y/noRedundantRoles: CSS shows the table as cards on a phone, and then a screen reader knows only the written roles
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Select } from '../ui/Select'
import { SortHeader } from './SortHeader'
import type { Staking } from './Staking'
import { TranscoderRow } from './TranscoderRow'
import { UnreadableNote } from './UnreadableNote'
import { columns, useOrder } from './useOrder'
import type { StakeFlow } from './useStakeFlow'

/** The transcoders of the page. Of a long waitlist, shows only the first transcoders. On a narrow screen each row is a card. */
export function TranscoderTable({
  staking,
  onAsk,
  onShowMore,
}: {
  staking: Staking
  onAsk: StakeFlow['onAsk']
  onShowMore: () => void
}) {
  const { order, transcoders, onSort } = useOrder(staking.transcoders)
  return (
    <Card heading="Transcoders" data-testid="stake-transcoders">
      {transcoders.length === 0 ? (
        <p className="py-8 text-center text-ink-soft text-sm">
          {staking.unreadable.isWaitlistCut || staking.unreadable.others > 0
            ? 'The page could not read any transcoder.'
            : 'There are no transcoders yet. They are listed here when they register.'}
        </p>
      ) : (
        <>
          <div className="mb-3 md:hidden">
            <Select
              label="Sort by"
              placeholder="Sort by"
              options={columns.map(({ key, sorting }) => ({ value: key, label: sorting }))}
              value={order.key}
              onChange={(value) => onSort(columns.find(({ key }) => key === value)?.key ?? 'stake')}
            />
          </div>
          <table role="table" className="w-full text-sm max-md:grid max-md:gap-3">
            <thead className="max-md:hidden">
              <tr className="border-line border-b text-left text-[13px] text-ink-soft">
                <th scope="col" className="pb-2 font-normal">
                  Transcoder
                </th>
                {columns.map((column) => (
                  <SortHeader key={column.key} column={column} order={order} onSort={onSort} />
                ))}
                <th scope="col" className="pb-2">
                  <span className="sr-only">Your choice</span>
                </th>
              </tr>
            </thead>
            {transcoders.map((transcoder) => (
              <TranscoderRow key={transcoder.address} transcoder={transcoder} staking={staking} onAsk={onAsk} />
            ))}
          </table>
          {staking.hasMoreWaiting && (
            <div className="mt-4 text-center">
              <Button look="outline" size="small" onClick={onShowMore}>
                Show more waiting transcoders
              </Button>
            </div>
          )}
        </>
      )}
      <UnreadableNote unreadable={staking.unreadable} />
    </Card>
  )
}
