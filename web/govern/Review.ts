import type { Contracts } from '@lp/contracts/deployments'
import type { Review } from '../act/Action'
import * as Clock from '../chain/Clock'
import { span } from '../chain/span'
import { formatMoment } from '../ui/formatMoment'
import { formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import { type Decision, decisionOf } from './Decision'
import { effectsOf } from './decisionText'
import type { Governance } from './Governance'
import type { Intent } from './Intent'
import { allLatestOf } from './ParameterUpdate'
import type { Poll, Support } from './Proposal'

const noRisk = 'The network fee only.'
const sides: Readonly<Record<Support, string>> = {
  ...{ inFavour: 'for the proposal', against: 'against the proposal', abstain: 'as an abstention' },
}
const confirms: Readonly<Record<Support, string>> = {
  ...{ inFavour: 'Vote for it', against: 'Vote against it', abstain: 'Abstain' },
}

/** The text that a person reads before they confirm an intent. Dates are estimates. */
export function reviewOf(intent: Intent, governance: Governance, contracts: Contracts): Review {
  switch (intent.kind) {
    case 'propose':
      return {
        title: 'Make a proposal',
        confirm: 'Propose',
        done: 'The proposal is made.',
        happens: `Stakers can vote on this: ${effects(intent.decisions, governance)}`,
        when: `The vote starts when this round ends, and lasts ${votingTime(governance)}. If it accepts the proposal, the proposal waits for ${delay(governance)}, and any account can then execute it.`,
        risk: `${noRisk} Until the vote ends, you cannot make another proposal. Before the vote starts, you can withdraw this one.`,
      }
    case 'vote':
      return {
        ...vote(intent, governance),
        happens: `All stake that is bonded to you, ${formatLpt(intent.poll.voter?.votes ?? 0n)}, counts ${sides[intent.support]}. Each of your delegators can take its own part out of your vote.`,
      }
    case 'override': {
      const { ownPart = 0n, delegate } = intent.poll.voter ?? {}
      return {
        ...vote(intent, governance),
        happens: `Your part of the stake, ${formatLpt(ownPart)}, counts ${sides[intent.support]}. It does not count in the vote of ${delegate ? shortAddress(delegate) : 'your transcoder'}, even if that account votes later.`,
      }
    }
    case 'queue':
      return {
        title: `Queue proposal ${intent.poll.number}`,
        confirm: 'Queue',
        done: 'The proposal waits for its execution.',
        happens: `The accepted proposal goes to the timelock, and waits for ${delay(governance)}.`,
        when: `After this time, any account can execute it.`,
        risk: noRisk,
      }
    case 'execute':
      return {
        title: `Execute proposal ${intent.poll.number}`,
        confirm: 'Execute',
        done: 'The proposal is executed.',
        happens: effects(decisionsOf(intent.poll, contracts), governance),
        when: 'Immediately. New parameters apply only to what begins later: rounds, jobs and claims that have begun keep theirs.',
        risk: noRisk,
      }
    case 'cancel':
      return {
        title: `Withdraw proposal ${intent.poll.number}`,
        confirm: 'Withdraw it',
        done: 'The proposal is withdrawn.',
        happens: 'Nobody can vote on the proposal, and the same proposal cannot be made again.',
        when: 'Immediately. This is possible only until the vote starts.',
        risk: noRisk,
      }
    case 'initializeRound':
      return {
        title: 'Initialize the round',
        confirm: 'Initialize',
        done: 'The round is initialized.',
        happens: 'The stakes of the past round become fixed, so that its votes can be counted.',
        when: 'Immediately. Each round needs this once, and any account can do it.',
        risk: noRisk,
      }
  }
}

/** What the calls of a proposal decide. */
export const decisionsOf = ({ calls }: Pick<Poll, 'calls'>, contracts: Contracts): Decision[] =>
  calls.map((call) => decisionOf(call, contracts))

function effects(decisions: readonly Decision[], { updates }: Governance): string {
  const before = allLatestOf(updates)
  const texts = decisions.flatMap((decision) =>
    decision.kind === 'unknown' ? ['A call that this page does not know'] : effectsOf(decision, before),
  )
  return `${texts.join('; ')}.`
}

const vote = ({ poll, support }: { poll: Poll; support: Support }, { clock }: Governance) => ({
  title: `${confirms[support].replace(' it', '')}${support === 'abstain' ? ' on' : ''} proposal ${poll.number}`,
  confirm: confirms[support],
  done: 'Your vote counts.',
  when: `Immediately. You cannot change it later. The vote ends ${formatMoment(Clock.timeOf(clock, poll.deadlineBlock), Date.now())}.`,
  risk: noRisk,
})

const votingTime = ({ inForce, clock }: Governance): string =>
  span(Number(inForce.governor.votingPeriod) * clock.blockTimeMs)

const delay = ({ inForce }: Governance): string => span(Number(inForce.governor.timelockDelay) * 1_000)
