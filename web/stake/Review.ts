import { type Address, isAddressEqual } from 'viem'
import type { Review } from '../act/Action'
import { percent } from '../chain/percent'
import { span } from '../chain/span'
import { formatMoment } from '../ui/formatMoment'
import { formatAmount, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Intent } from './Intent'
import { isOwnStake } from './Position'
import { recordNotesOf } from './RecordNote'
import type { Staking } from './Staking'
import * as TimedRound from './TimedRound'

const noRisk = 'The network fee only.'

/** The text that a person reads before they confirm an intent. Dates are estimates. */
export function reviewOf(intent: Intent, staking: Staking): Review {
  switch (intent.kind) {
    case 'bond':
      return {
        title: `Stake ${formatLpt(intent.amount)}`,
        confirm: 'Stake',
        done: `${formatLpt(intent.amount)} staked.`,
        happens: `${formatLpt(intent.amount)} goes from your wallet into the staking contract, for transcoder ${shortAddress(intent.to)}. ${earnings(intent.to, staking)}`,
        when: untilUnstaked(staking),
        risk: slashing(staking) + record(intent.to, staking),
      }
    case 'move':
      return {
        title: `Move to ${shortAddress(intent.to)}`,
        confirm: 'Move my stake',
        done: 'Your stake has moved.',
        happens: `All your stake, ${formatLpt(staking.position?.stake ?? 0n)}, moves immediately. ${earnings(intent.to, staking)}`,
        when: `Until ${released(staking)} you cannot move your stake again. You can unstake at any time.`,
        risk: `Until ${released(staking)} your stake can also be slashed for work that your former transcoder claimed before the move. ${slashing(staking)}${record(intent.to, staking)}`,
      }
    case 'unbond': {
      const rest = (staking.position?.stake ?? 0n) - intent.amount
      return {
        title: `Unstake ${formatLpt(intent.amount)}`,
        confirm: 'Unstake',
        done: `${formatLpt(intent.amount)} is unstaking.`,
        happens: `${formatLpt(intent.amount)} stops earning immediately, and stays in the contract until you withdraw it. ${
          rest > 0n ? `${formatLpt(rest)} stays staked.` : 'Nothing stays staked.'
        }${resigning(rest, staking)}`,
        when: `You can withdraw it from ${released(staking)} on (in ${span(releasedMs(staking) - staking.round.clock.timeMs)}). Until then you can stake it again.`,
        risk: `Until ${released(staking)} this amount can still be slashed, but only for work that the transcoder claimed before you unstake. ${slashing(staking)}`,
      }
    }
    case 'rebond':
      return {
        title: `Stake ${formatLpt(intent.lock.amount)} again`,
        confirm: 'Stake again',
        done: `${formatLpt(intent.lock.amount)} staked again.`,
        happens: `${formatLpt(intent.lock.amount)} is staked with ${shortAddress(intent.to)}. ${earnings(intent.to, staking)}`,
        when: untilUnstaked(staking),
        risk: slashing(staking) + record(intent.to, staking),
      }
    case 'withdrawStake':
      return {
        title: `Withdraw ${formatLpt(intent.lock.amount)}`,
        confirm: 'Withdraw',
        done: `${formatLpt(intent.lock.amount)} is in your wallet.`,
        happens: `${formatLpt(intent.lock.amount)} goes to your wallet.`,
        when: 'Immediately.',
        risk: noRisk,
      }
    case 'withdrawFees': {
      const fees = formatAmount(staking.position?.feesWei ?? 0n)
      return {
        title: `Withdraw ${fees}`,
        confirm: 'Withdraw',
        done: 'The fees are in your wallet.',
        happens: `Your share of the fees, ${fees}, goes to your wallet. Your stake does not change.`,
        when: 'Immediately.',
        risk: noRisk,
      }
    }
    case 'initializeRound':
      return {
        title: `Initialize round ${staking.round.number}`,
        confirm: 'Initialize the round',
        done: `Round ${staking.round.number} is initialized.`,
        happens:
          'The active transcoders and their rates are fixed for the round. Stakes can change, and transcoders can mint their rewards.',
        when: `Immediately. The round ends at ${formatMoment(TimedRound.timeOf(staking.round, staking.round.endBlock), Date.now())}.`,
        risk: noRisk,
      }
  }
}

/** The time at which stake that is unstaked now can be withdrawn. */
const released = (staking: Staking): string => formatMoment(releasedMs(staking), Date.now())

const releasedMs = ({ round, terms }: Staking): number =>
  TimedRound.timeOf(round, round.clock.block + terms.unbondingPeriod)

const untilUnstaked = ({ round, terms }: Staking): string =>
  `Your LPT stays staked until you unstake it. Then you wait ${span(Number(terms.unbondingPeriod) * round.clock.blockTimeMs)} before you can withdraw it.`

function earnings(to: Address, { transcoders }: Staking): string {
  const transcoder = transcoders.find(({ address }) => isAddressEqual(address, to))
  if (!transcoder) return ''
  const { blockRewardCut, feeShare } = transcoder
  return `The transcoder keeps ${percent(blockRewardCut)} of each reward (its reward cut) and shares ${percent(feeShare)} of its fees (its fee share). Your part depends on your stake. You receive fees from the next round on.`
}

/** The text about the shares of the stake that are slashed for each kind of fault. */
function slashing({ terms, position }: Staking): string {
  const { failedVerificationSlash, missedVerificationSlash, equivocationSlash, missedRewardSlash, lowWorkSlash } = terms
  const order =
    position && isOwnStake(position)
      ? 'If you break the rules as a transcoder, your own stake is slashed first.'
      : 'If the transcoder breaks the rules, its own stake is slashed first. If its own stake does not suffice, your stake is slashed too.'
  const shares = [
    `${percent(failedVerificationSlash)} for a wrong segment`,
    `${percent(missedVerificationSlash)} for a segment that it does not show`,
    `${percent(equivocationSlash)} for two different results for one segment`,
    `${percent(missedRewardSlash)} for ${terms.missedRewardRounds} missed rewards in a row`,
    ...(lowWorkSlash > 0n ? [`${percent(lowWorkSlash)} for too little work for its stake`] : []),
  ]
  return `${order} The slash is a share of all stake of the transcoder: ${shares.slice(0, -1).join(', ')}, and ${shares.at(-1)}. All slashes of one round together take at most ${percent(terms.maxRoundSlash)} of this stake.`
}

/** The faults on the record of the transcoder that receives the stake. */
function record(to: Address, staking: Staking): string {
  const transcoder = staking.transcoders.find(({ address }) => isAddressEqual(address, to))
  const faults = transcoder ? recordNotesOf(transcoder, staking).filter(({ tone }) => tone !== 'plain') : []
  if (faults.length === 0) return ''
  return ` Its record: ${faults.map(({ text }) => text.charAt(0).toLowerCase() + text.slice(1)).join('; ')}.`
}

/** The warning for a transcoder whose own stake becomes too small. */
function resigning(rest: bigint, { position, transcoders, terms }: Staking): string {
  if (!position || !isOwnStake(position) || rest >= terms.minSelfStake) return ''
  const isTranscoder = transcoders.some(({ address }) => isAddressEqual(address, position.account))
  return isTranscoder
    ? ` This also ends your work as a transcoder, because a transcoder needs an own stake of ${formatLpt(terms.minSelfStake)}.`
    : ''
}
