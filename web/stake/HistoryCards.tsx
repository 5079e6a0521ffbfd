import { percent } from '../chain/percent'
import { formatMoment } from '../ui/formatMoment'
import { formatAmount, formatLpt } from '../wallet/amount'
import type { History, HistoryRound } from './History'
import { HistoryCard } from './HistoryCard'
import { causeText } from './RecordNote'
import type { Staking } from './Staking'
import * as TimedRound from './TimedRound'
import { hourPrice } from './Transcoder'

/** A transcoder can change its rates very often. */
const mostRows = 30

export type HistoryCardsProps = { history: History | undefined; isUnread: boolean; staking: Staking }

/** The last rounds of a transcoder, the changes of its rates, and its slashes. */
export function HistoryCards({ history, isUnread, staking: { round, terms } }: HistoryCardsProps) {
  const moment = (block: bigint) => formatMoment(TimedRound.timeOf(round, block), Date.now())
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2 lg:gap-6">
      <HistoryCard
        heading="Rounds"
        columns={['Round', 'Reward', 'Reward cut', 'Fees', 'Shared']}
        rows={history?.rounds.map((one) => ({
          key: String(one.round),
          cells: [
            String(one.round),
            rewardText(one),
            one.amount > 0n ? formatLpt(one.cut) : '–',
            formatAmount(one.feesWei),
            formatAmount(one.sharedWei),
          ],
        }))}
        isUnread={isUnread}
        none="It was not active in the last rounds."
      />
      <div className="grid gap-5 lg:gap-6">
        <HistoryCard
          heading="Changes of its rates"
          columns={['When', 'Reward cut', 'Fee share', 'Price per hour']}
          rows={history?.rates
            .slice(0, mostRows)
            .map(({ block, logIndex, blockRewardCut, feeShare, pricePerUnit }) => ({
              key: `${block} ${logIndex}`,
              cells: [moment(block), percent(blockRewardCut), percent(feeShare), formatAmount(hourPrice(pricePerUnit))],
            }))}
          isUnread={isUnread}
          none="It has not changed its rates in the last rounds."
        />
        <HistoryCard
          heading="Slashes"
          columns={['When', 'Stake', 'Why']}
          rows={history?.slashings.slice(0, mostRows).map(({ block, amount, cause }, index) => ({
            key: `${block} ${index}`,
            cells: [moment(block), formatLpt(amount), causeText(cause, terms)],
          }))}
          isUnread={isUnread}
          none="It was not slashed in the last rounds."
        />
      </div>
    </div>
  )
}

function rewardText({ reward, amount }: HistoryRound): string {
  switch (reward) {
    case 'called':
      return amount > 0n ? formatLpt(amount) : 'Withheld'
    case 'missed':
      return 'Not called'
    case 'due':
      return 'Not called yet'
    case 'none':
      return 'Not active'
  }
}
