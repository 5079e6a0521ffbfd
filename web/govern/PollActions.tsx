import { isAddressEqual } from 'viem'
import { Button } from '../ui/Button'
import { formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Governance } from './Governance'
import type { Intent } from './Intent'
import type { Poll, Support } from './Proposal'

const choices: readonly { support: Support; name: string }[] = [
  { support: 'inFavour', name: 'For' },
  { support: 'against', name: 'Against' },
  { support: 'abstain', name: 'Abstain' },
]

type PollActionsProps = { poll: Poll; governance: Governance; onAsk(intent: Intent): void }

/** What the account, or any account, can do with a proposal now. */
export function PollActions({ poll, governance, onAsk }: PollActionsProps) {
  const { account, timeSeconds } = governance
  switch (poll.state) {
    case 'pending':
      return account && isAddressEqual(account.address, poll.proposer) ? (
        <Button look="outline" size="small" className="mt-4" onClick={() => onAsk({ kind: 'cancel', poll })}>
          Withdraw
        </Button>
      ) : null
    case 'active':
      return <Votes {...{ poll, governance, onAsk }} />
    case 'succeeded':
      return (
        <Button size="small" className="mt-4" onClick={() => onAsk({ kind: 'queue', poll })}>
          Queue
        </Button>
      )
    case 'queued':
      return (
        <Button
          size="small"
          className="mt-4"
          disabled={timeSeconds < poll.etaSeconds}
          onClick={() => onAsk({ kind: 'execute', poll })}
        >
          Execute
        </Button>
      )
    default:
      return null
  }
}

function Votes({ poll, governance, onAsk }: PollActionsProps) {
  const { voter, number } = poll
  if (!governance.account) return <Note>Connect a wallet to vote.</Note>
  if (!voter)
    return governance.isRoundInitialized ? (
      <Note>Your stake in this vote cannot be read now.</Note>
    ) : (
      <>
        <Note>Votes count after this round is initialized. Any account can initialize it, for a network fee.</Note>
        <Button size="small" look="outline" className="mt-2" onClick={() => onAsk({ kind: 'initializeRound' })}>
          Initialize the round
        </Button>
      </>
    )
  const { votes, hasVoted, ownPart, hasOverridden, delegate } = voter
  const isDelegator = ownPart > 0n && !isAddressEqual(delegate, governance.account.address)
  if (votes === 0n && !isDelegator)
    return <Note>You have no vote here: you had no stake when the round of the proposal ended.</Note>
  return (
    <>
      {votes > 0n &&
        (hasVoted ? (
          <Note>You have voted.</Note>
        ) : (
          <Choice
            label={`Your vote on proposal ${number}`}
            text={`Vote with all stake that was bonded to you, ${formatLpt(votes)}:`}
            onChoose={(support) => onAsk({ kind: 'vote', poll, support })}
          />
        ))}
      {isDelegator &&
        (hasOverridden ? (
          <Note>Your part of the stake has voted.</Note>
        ) : (
          <Choice
            label={`Your own part in proposal ${number}`}
            text={`Your transcoder ${shortAddress(delegate)} votes with your ${formatLpt(ownPart)}. Take this part out, and vote:`}
            onChoose={(support) => onAsk({ kind: 'override', poll, support })}
          />
        ))}
    </>
  )
}

function Choice({ label, text, onChoose }: { label: string; text: string; onChoose(support: Support): void }) {
  return (
    <fieldset aria-label={label} className="mt-4">
      <p className="text-pretty text-sm">{text}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        {choices.map(({ support, name }) => (
          <Button key={support} size="small" look="outline" onClick={() => onChoose(support)}>
            {name}
          </Button>
        ))}
      </div>
    </fieldset>
  )
}

const Note = ({ children }: { children: string }) => (
  <p className="mt-4 text-pretty text-ink-soft text-sm">{children}</p>
)
