import { useId } from 'react'
import type { PublicClient } from 'viem'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import { formatLpt } from '../wallet/amount'
import type { Wallet } from '../wallet/Wallet'
import { DecisionList } from './DecisionList'
import { EntryFields } from './EntryFields'
import { FieldNote } from './FieldNote'
import type { Governance } from './Governance'
import type { Intent } from './Intent'
import { maxText, type ProposalForm, useProposalForm } from './useProposalForm'

export type ProposalCardProps = {
  client: PublicClient
  wallet: Wallet
  governance: Governance
  onAsk(intent: Intent): void
}

/** The form for a new proposal. A person adds its parts one after another, and then writes the reason. */
export function ProposalCard({ client, wallet, governance, onAsk }: ProposalCardProps) {
  const form = useProposalForm(client, { wallet, governance, onAsk })
  const { entry, decisions, entryProblem, refusal, isChecking, latest } = form
  return (
    <Card heading="New proposal" data-testid="new-proposal">
      <p className="mb-4 max-w-[68ch] text-pretty text-ink-soft text-sm">
        You need an own stake of {formatLpt(governance.threshold)}
        {governance.account && <>, and you have {formatLpt(governance.account.stake)}</>}. The vote starts when this
        round ends.
      </p>
      <form onSubmit={form.onAdd} noValidate className="grid gap-4">
        <EntryFields entry={entry} problem={entryProblem} onEntry={form.onEntry} />
        {refusal && <Notice problem={refusal} />}
        <div>
          <Button type="submit" look="outline" busy={isChecking}>
            Add to the proposal
          </Button>
        </div>
      </form>
      {decisions.length > 0 && <Draft form={form} latest={latest} />}
    </Card>
  )
}

function Draft({ form, latest }: { form: ProposalForm; latest: ProposalForm['latest'] }) {
  const { decisions, text, textProblem, onRemove, onText, onReview } = form
  const id = useId()
  return (
    <form onSubmit={onReview} noValidate className="mt-6 border-line border-t pt-5">
      <h3 className="font-semibold">The proposal decides</h3>
      <ul className="mt-2 grid gap-2">
        {decisions.map((decision, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two parts of a proposal can be equal
          <li key={index} className="flex flex-wrap items-start justify-between gap-2 rounded-xl bg-inset p-3">
            <div className="min-w-0">
              <DecisionList decisions={[decision]} before={latest} />
            </div>
            <Button look="quiet" size="small" onClick={() => onRemove(index)}>
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <label htmlFor={id} className="mt-4 block font-medium text-sm">
        Why should stakers vote for it?
      </label>
      <textarea
        id={id}
        value={text}
        onChange={(event) => onText(event.target.value)}
        maxLength={maxText}
        rows={4}
        aria-invalid={textProblem !== undefined}
        aria-describedby={`${id}-note`}
        className="mt-1 w-full rounded-xl border border-line-strong bg-surface px-3.5 py-2.5 text-sm aria-invalid:border-live"
      />
      <FieldNote id={`${id}-note`} problem={textProblem}>
        The text is stored on the chain for ever, for a network fee.
      </FieldNote>
      <Button type="submit" className="mt-3 w-full sm:w-auto">
        Review the proposal
      </Button>
    </form>
  )
}
