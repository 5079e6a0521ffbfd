import { percent, sharePercent } from '../chain/percent'
import { Stat } from '../ui/Stat'
import { amountOf, formatLpt } from '../wallet/amount'
import { feesOf, type History, historyRounds, rewardCalls } from './History'
import type { Staking } from './Staking'
import { pricePerHour, shareOf, type Transcoder } from './Transcoder'

/** Shown for a number that is not known yet, or that cannot be read. */
const unread = '–'

export type TranscoderFactsProps = {
  transcoder: Transcoder
  staking: Staking
  history: History | undefined
  delegators: number | undefined
}

export function TranscoderFacts({ transcoder, staking, history, delegators }: TranscoderFactsProps) {
  const { stake, blockRewardCut, feeShare, isAvailable, relay } = transcoder
  const share = shareOf(transcoder, staking.transcoders)
  const price = amountOf(pricePerHour(transcoder))
  const fees = history && amountOf(feesOf(history))
  const calls = history && rewardCalls(history)
  return (
    <dl className="mt-5 grid grid-cols-2 gap-4 border-line border-t pt-5 sm:grid-cols-3 lg:grid-cols-5">
      <Stat name="Stake" hint={share === undefined ? undefined : `${sharePercent(share)} of active stake`}>
        {formatLpt(stake)}
      </Stat>
      <Stat name="Delegators">
        <span data-testid="delegators">{delegators ?? unread}</span>
      </Stat>
      <Stat name="Reward cut" hint="kept before rewards are shared">
        {percent(blockRewardCut)}
      </Stat>
      <Stat name="Fee share" hint="goes to all stake">
        {percent(feeShare)}
      </Stat>
      <Stat name="Price per hour" unit={price.unit} hint="of 720p">
        {price.value}
      </Stat>
      <Stat name="Rewards called" hint={`of its active rounds in the last ${historyRounds}`}>
        <span data-testid="reward-calls">{calls ? `${calls.called} of ${calls.due}` : unread}</span>
      </Stat>
      <Stat name="Fees" {...(fees && { unit: fees.unit })} hint={`in the last ${historyRounds} rounds`}>
        {fees?.value ?? unread}
      </Stat>
      <Stat name="New jobs">{isAvailable ? 'Takes jobs' : 'Takes none'}</Stat>
      <div className="col-span-2 min-w-0">
        <Stat name="Relay" hint="as the transcoder has registered it">
          <span className="break-all font-normal text-base">{relay ?? 'No address'}</span>
        </Stat>
      </div>
    </dl>
  )
}
