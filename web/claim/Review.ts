import { isAddressEqual } from 'viem'
import type { Review } from '../act/Action'
import { percent } from '../chain/percent'
import { span } from '../chain/span'
import { formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Claiming } from './Claiming'
import { closingText } from './closingText'
import type { Intent } from './Intent'

const noRisk = 'The network fee only.'

/** The text that a person reads before they confirm an intent. */
export function reviewOf(intent: Intent, claiming: Claiming): Review {
  switch (intent.kind) {
    case 'claim': {
      const [amount, account] = [formatLpt(intent.allocation.amount), shortAddress(intent.allocation.account)]
      return {
        title: `Claim ${amount}`,
        confirm: 'Claim',
        done: `${amount} claimed.`,
        happens: `${amount} goes to ${account}, and to no other account.${intent.to ? ' After that, you review the stake.' : ''}`,
        when: `Immediately. From ${closingText(claiming.closingTime)} on, it cannot be claimed any more.`,
        risk: noRisk,
      }
    }
    case 'stake': {
      const { amount, to } = intent
      const unbondingMs = Number(claiming.unbondingPeriod) * claiming.clock.blockTimeMs
      return {
        title: `Stake ${formatLpt(amount)}`,
        confirm: 'Stake',
        done: `${formatLpt(amount)} staked.`,
        happens: `${formatLpt(amount)} goes from your wallet into the staking contract, for transcoder ${shortAddress(to)}.${rates(intent.to, claiming)}`,
        when: `Your LPT stays staked until you unstake it. Then you wait ${span(unbondingMs)} before you can withdraw it.`,
        risk: `If the transcoder breaks the rules, its own stake is slashed first. If its own stake does not suffice, your stake is slashed too. All slashes of one round together take at most ${percent(claiming.maxRoundSlash)} of all stake of the transcoder.`,
      }
    }
    case 'returnUnclaimed':
      return {
        title: `Return ${formatLpt(claiming.unclaimed)}`,
        confirm: 'Return it',
        done: 'The unclaimed LPT is in the CommonPool.',
        happens: `${formatLpt(claiming.unclaimed)}, which no account has claimed, goes to the CommonPool. Stakers decide by votes what it is spent on.`,
        when: 'Immediately.',
        risk: noRisk,
      }
    case 'initializeRound':
      return {
        title: 'Initialize the round',
        confirm: 'Initialize the round',
        done: 'The round is initialized.',
        happens: 'The active transcoders and their rates are fixed for the round, and stakes can change.',
        when: 'Immediately.',
        risk: noRisk,
      }
  }
}

function rates(to: `0x${string}`, { transcoders }: Claiming): string {
  const transcoder = transcoders.find(({ address }) => isAddressEqual(address, to))
  if (!transcoder) return ''
  return ` The transcoder keeps ${percent(transcoder.blockRewardCut)} of each reward and shares ${percent(transcoder.feeShare)} of its fees. Your part depends on your stake.`
}
