import { StepMark } from '../ui/StepMark'
import { TransactionRef } from '../wallet/TransactionRef'
import type { SettlementStep } from './settlementSteps'

/** The steps from the end of the stream to the payment. Tests and scripts read `data-step` and `data-done`. */
export function SettlementSteps({ steps }: { steps: readonly SettlementStep[] }) {
  return (
    <ol className="space-y-3.5">
      {steps.map((step) => (
        <Line key={step.name} step={step} />
      ))}
    </ol>
  )
}

function Line({ step: { name, state, label, hint, marks } }: { step: SettlementStep }) {
  const isDone = state !== 'running' && state !== 'waiting'
  const transactions = [...new Set(marks.map(({ transactionHash }) => transactionHash))]
  const [last] = transactions.slice(-1)
  return (
    <li
      data-testid="settlement-step"
      data-step={name}
      data-done={isDone}
      aria-current={state === 'running' ? 'step' : undefined}
      className="flex gap-3"
    >
      <StepMark state={state} />
      <div className="min-w-0 grow">
        <p className={`font-medium ${state === 'waiting' || state === 'skipped' ? 'text-ink-soft' : ''}`}>{label}</p>
        {hint !== undefined && <p className="mt-0.5 text-pretty text-ink-soft text-sm">{hint}</p>}
        {transactions.length === 1 && last && <TransactionRef hash={last} />}
        {transactions.length > 1 && (
          <details>
            <summary className="text-ink-soft text-sm hover:text-ink">{transactions.length} transactions</summary>
            <ul className="mt-1 max-h-40 overflow-y-auto pl-1.5">
              {transactions.map((hash) => (
                <li key={hash}>
                  <TransactionRef hash={hash} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  )
}
