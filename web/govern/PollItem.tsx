import type { Contracts } from '@lp/contracts/deployments'
import { useState } from 'react'
import { AddressRef } from '../chain/AddressRef'
import * as Clock from '../chain/Clock'
import { Button } from '../ui/Button'
import { formatMoment } from '../ui/formatMoment'
import { StatusBadge, type StatusBadgeProps } from '../ui/StatusBadge'
import { DecisionList } from './DecisionList'
import type { Governance } from './Governance'
import type { Intent } from './Intent'
import { allLatestOf, valuesBefore } from './ParameterUpdate'
import { PollActions } from './PollActions'
import { type Poll, reachesQuorum, type State } from './Proposal'
import { decisionsOf } from './Review'
import { TallyBars } from './TallyBars'

const badges: Readonly<Record<State, { tone: StatusBadgeProps['tone']; name: string }>> = {
  pending: { tone: 'neutral', name: 'Not started' },
  active: { tone: 'good', name: 'Vote is open' },
  canceled: { tone: 'neutral', name: 'Withdrawn' },
  defeated: { tone: 'bad', name: 'Rejected' },
  succeeded: { tone: 'good', name: 'Accepted' },
  queued: { tone: 'warn', name: 'Waits for execution' },
  expired: { tone: 'neutral', name: 'Expired' },
  executed: { tone: 'neutral', name: 'Executed' },
}

export type PollItemProps = {
  poll: Poll
  governance: Governance
  contracts: Contracts
  onAsk(intent: Intent): void
}

/** One proposal: its calls, the reasons of the proposer, the votes, and the buttons that a person can use now. */
export function PollItem({ poll, governance, contracts, onAsk }: PollItemProps) {
  const { tone, name } = badges[poll.state]
  const { updates } = governance
  const replaced = poll.executedIn ? valuesBefore(updates, poll.executedIn) : allLatestOf(updates)
  return (
    <li
      data-testid="proposal"
      data-state={poll.state}
      className="border-line border-t pt-5 first:border-t-0 first:pt-0"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">Proposal {poll.number}</h3>
        <StatusBadge tone={tone}>{name}</StatusBadge>
      </div>
      <p className="mt-0.5 mb-3 flex flex-wrap items-center gap-x-2 text-[13px] text-ink-soft">
        {timeOf(poll, governance)}
        <span className="inline-flex items-center gap-x-2">
          by <AddressRef label="address of the proposer" address={poll.proposer} />
        </span>
      </p>
      <DecisionList decisions={decisionsOf(poll, contracts)} before={replaced} />
      <DescriptionText poll={poll} />
      {poll.state !== 'pending' && poll.state !== 'canceled' && <TallyBars poll={poll} />}
      <PollActions {...{ poll, governance, onAsk }} />
    </li>
  )
}

/** When the state of the proposal changes, or why it is over. */
function timeOf(poll: Poll, { clock }: Governance): string {
  const moment = (block: bigint) => formatMoment(Clock.timeOf(clock, block), Date.now())
  switch (poll.state) {
    case 'pending':
      return `The vote starts ${moment(poll.snapshotBlock + 1n)}, and ends ${moment(poll.deadlineBlock)}`
    case 'active':
      return `Votes count until ${moment(poll.deadlineBlock)}`
    case 'defeated':
      return reachesQuorum(poll)
        ? `The vote ended ${moment(poll.deadlineBlock)}`
        : `Too little stake had voted by ${moment(poll.deadlineBlock)}`
    case 'succeeded':
      return 'Any account can queue it'
    case 'queued':
      return `Can be executed from ${formatMoment(1_000 * Number(poll.etaSeconds), Date.now())} on`
    default:
      return `The vote was planned until ${moment(poll.deadlineBlock)}`
  }
}

/** The proposer’s text. It is hostile: it is shown only as text, and only its first lines until a person asks for more. */
function DescriptionText({ poll: { description, isDescriptionCut } }: { poll: Poll }) {
  const [isOpen, setIsOpen] = useState(false)
  const isLong = description.length > 300 || description.split('\n').length > 4
  if (description === '') return <p className="mt-3 text-ink-soft text-sm">The proposer gives no reason.</p>
  return (
    <>
      <p
        dir="auto"
        className={`mt-3 max-w-[68ch] whitespace-pre-wrap text-ink-soft text-sm [overflow-wrap:anywhere] ${isOpen ? '' : 'line-clamp-4'}`}
      >
        {description}
      </p>
      {isLong && (
        <Button look="quiet" size="small" className="-ml-3" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? 'Show less' : 'Show the whole text'}
        </Button>
      )}
      {isOpen && isDescriptionCut && (
        <p className="text-[13px] text-ink-soft">The text goes on. This page shows only its beginning.</p>
      )}
    </>
  )
}
