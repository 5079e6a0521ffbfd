import { type Address, isAddressEqual } from 'viem'
import type { Review } from '../act/Action'
import { formatMoment } from '../ui/formatMoment'
import { formatAmount, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Intent } from './Intent'
import { percent } from './percent'
import { remarksOf } from './Remark'
import * as Round from './Round'
import type { Staking } from './Staking'
import { span } from './span'

const noRisk = 'Nothing but the network fee.'

/** The text that a person reads before they confirm an intent. Dates are estimates. */
export function reviewOf(intent: Intent, staking: Staking): Review {
  switch (intent.kind) {
    case 'bond':
      return {
        title: `Stake ${formatLpt(intent.amount)}`,
        confirm: 'Stake',
        done: `${formatLpt(intent.amount)} staked.`,
        happens: `${formatLpt(intent.amount)} goes from your wallet into the staking contract, behind ${shortAddress(intent.to)}. ${earnings(intent.to, staking)}`,
        when: `For as long as you like. To get it back you unstake it, and wait ${waiting(staking)}.`,
        risk: cuts(staking) + record(intent.to, staking),
      }
    case 'move':
      return {
        title: `Move to ${shortAddress(intent.to)}`,
        confirm: 'Move my stake',
        done: 'Your stake has moved.',
        happens: `All your stake, ${formatLpt(staking.position?.stake ?? 0n)}, goes over at once. ${earnings(intent.to, staking)}${resigning(staking)}`,
        when: `Until ${released(staking)} it answers for both transcoders, and cannot move again. You can unstake at any time.`,
        risk: `Until then you answer for the work of both. ${cuts(staking)}${record(intent.to, staking)}`,
      }
    case 'unbond': {
      const rest = (staking.position?.stake ?? 0n) - intent.amount
      return {
        title: `Unstake ${formatLpt(intent.amount)}`,
        confirm: 'Unstake',
        done: `${formatLpt(intent.amount)} is on its way out.`,
        happens: `It stops earning at once, and waits in the contract. ${
          rest > 0n ? `${formatLpt(rest)} stays at stake.` : `Nothing stays at stake.${resigning(staking)}`
        }`,
        when: `You can withdraw it from ${released(staking)} on, in ${span(releasedMs(staking) - staking.round.clock.timeMs)}. Until then you can stake it again.`,
        risk: `Until then it still answers for the work that it stood behind. ${cuts(staking)}`,
      }
    }
    case 'rebond':
      return {
        title: `Stake ${formatLpt(intent.lock.amount)} again`,
        confirm: 'Stake again',
        done: `${formatLpt(intent.lock.amount)} staked again.`,
        happens: `It goes back behind ${shortAddress(intent.to)}. ${earnings(intent.to, staking)}`,
        when: `For as long as you like. To get it back you unstake it, and wait ${waiting(staking)}.`,
        risk: cuts(staking) + record(intent.to, staking),
      }
    case 'withdrawStake':
      return {
        title: `Withdraw ${formatLpt(intent.lock.amount)}`,
        confirm: 'Withdraw',
        done: `${formatLpt(intent.lock.amount)} is in your wallet.`,
        happens: `${formatLpt(intent.lock.amount)} goes to your wallet.`,
        when: 'At once.',
        risk: noRisk,
      }
    case 'withdrawFees': {
      const fees = formatAmount(staking.position?.feesWei ?? 0n)
      return {
        title: `Withdraw ${fees}`,
        confirm: 'Withdraw',
        done: 'The fees are in your wallet.',
        happens: `Your part of the fees, ${fees}, goes to your wallet. Your stake stays as it is.`,
        when: 'At once.',
        risk: noRisk,
      }
    }
    case 'beginRound':
      return {
        title: `Begin round ${staking.round.number}`,
        confirm: 'Begin the round',
        done: `Round ${staking.round.number} has begun.`,
        happens: 'Stakes and rates are fixed for the round, and transcoders can call their rewards.',
        when: `Until ${formatMoment(Round.timeOf(staking.round, Round.endBlock(staking.round)), Date.now())}.`,
        risk: noRisk,
      }
  }
}

/** When stake that is taken out now is free. */
const released = (staking: Staking): string => formatMoment(releasedMs(staking), Date.now())

const releasedMs = ({ round, terms }: Staking): number => Round.beginningOf(round, round.number + terms.unbondingPeriod)

const waiting = ({ round, terms }: Staking): string =>
  span(Number(terms.unbondingPeriod * round.length) * round.clock.blockTimeMs)

function earnings(to: Address, { transcoders }: Staking): string {
  const transcoder = transcoders.find(({ address }) => isAddressEqual(address, to))
  if (!transcoder) return ''
  const { blockRewardCut, feeShare } = transcoder
  return `The transcoder keeps ${percent(blockRewardCut)} of each reward and passes on ${percent(feeShare)} of its fees; you get your part of the rest by your stake, of fees from the next round on.`
}

/** What slashing takes, each time. */
function cuts({ terms }: Staking): string {
  const { failedVerificationSlash, missedVerificationSlash, equivocationSlash, missedRewardSlash, missedRewardRounds } =
    terms
  return `If the transcoder fails checks, your stake is cut with its own: ${percent(failedVerificationSlash)} for a wrong segment, ${percent(missedVerificationSlash)} for one that it does not show, ${percent(equivocationSlash)} for two contradicting results, and ${percent(missedRewardSlash)} for ${missedRewardRounds} missed rewards in a row.`
}

/** What speaks against whom the stake goes to. */
function record(to: Address, staking: Staking): string {
  const transcoder = staking.transcoders.find(({ address }) => isAddressEqual(address, to))
  const faults = transcoder ? remarksOf(transcoder, staking).filter(({ tone }) => tone !== 'plain') : []
  if (faults.length === 0) return ''
  return ` Its record: ${faults.map(({ text }) => text.charAt(0).toLowerCase() + text.slice(1)).join('; ')}.`
}

function resigning({ position, transcoders }: Staking): string {
  if (!position || position.delegate !== position.account) return ''
  const isTranscoder = transcoders.some(({ address }) => address === position.account)
  return isTranscoder ? ' You are a transcoder, and give that up by it.' : ''
}
