// biome-ignore-all lint/a11y/noRedundantRoles: CSS shows the table as cards on a phone, and then a screen reader knows only the written roles
import { isAddress } from 'viem'
import { Link } from 'wouter'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { ListingForm } from './ListingForm'
import { SortHeader } from './SortHeader'
import type { Staking } from './Staking'
import { TranscoderRow } from './TranscoderRow'
import { UnreadableNote } from './UnreadableNote'
import { columns, useListing } from './useListing'
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
  const listing = useListing(staking)
  const { order, transcoders, count, text, onSort } = listing
  return (
    <Card heading="Transcoders" data-testid="stake-transcoders">
      {staking.transcoders.length === 0 ? (
        <p className="py-8 text-center text-ink-soft text-sm">
          {staking.unreadable.isWaitlistCut || staking.unreadable.others > 0
            ? 'The page could not read any transcoder.'
            : 'There are no transcoders yet. They are listed here when they register.'}
        </p>
      ) : (
        <>
          {(staking.transcoders.length > 1 || count === 0) && <ListingForm listing={listing} />}
          <p role="status" className="mb-2 text-[13px] text-ink-soft tabular-nums">
            {count === 1 ? '1 transcoder' : `${count} transcoders`}
          </p>
          {count === 0 && <NothingFound text={text} />}
          {count > 0 && (
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
          )}
          <More
            count={count - transcoders.length}
            staking={staking}
            onMoreRows={listing.onMoreRows}
            onShowMore={onShowMore}
          />
        </>
      )}
      <UnreadableNote unreadable={staking.unreadable} />
    </Card>
  )
}

/** An account that is not in the list can still be a transcoder: the list has only a part of the waitlist. */
function NothingFound({ text }: { text: string }) {
  const address = text.trim()
  return (
    <p className="py-8 text-center text-ink-soft text-sm">
      No transcoder of this list fits your search.{' '}
      {isAddress(address, { strict: false }) && (
        <Link href={`/stake/${address}`} className="text-ink underline underline-offset-4">
          Look for this account
        </Link>
      )}
    </p>
  )
}

/** `count`: the number of transcoders that fit the search, and are not shown yet. */
function More({
  count,
  staking,
  onMoreRows,
  onShowMore,
}: {
  count: number
  staking: Staking
  onMoreRows: () => void
  onShowMore: () => void
}) {
  if (count === 0 && !staking.hasMoreWaiting) return null
  return (
    <div className="mt-4 text-center">
      <Button look="outline" size="small" onClick={count > 0 ? onMoreRows : onShowMore}>
        {count > 0 ? `Show more (${count})` : 'Show more waiting transcoders'}
      </Button>
    </div>
  )
}
