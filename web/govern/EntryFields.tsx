import { useId } from 'react'
import { Segmented } from '../ui/Segmented'
import { Select } from '../ui/Select'
import { boundsOf, type Entry, type EntryProblem, keyOf, parameterOf } from './Entry'
import { FieldNote } from './FieldNote'
import { contractTitles, parameters } from './Parameter'

const kinds: readonly { value: Entry['kind']; label: string }[] = [
  { value: 'parameter', label: 'Change a parameter' },
  { value: 'payment', label: 'Pay from the CommonPool' },
  { value: 'burning', label: 'Burn a part of the CommonPool' },
  { value: 'verifier', label: 'Seat another verifier' },
  { value: 'randomness', label: 'Seat another source of randomness' },
]

export type EntryFieldsProps = {
  entry: Entry
  problem: EntryProblem | undefined
  onEntry(change: Partial<Entry>): void
}

/** The fields for one part of a proposal. */
export function EntryFields({ entry, problem, onEntry }: EntryFieldsProps) {
  const isPayment = entry.kind === 'payment' || entry.kind === 'burning'
  return (
    <>
      <Select
        label="What to decide"
        placeholder="What to decide"
        options={kinds}
        value={entry.kind}
        onChange={(value) => onEntry({ kind: kinds.find((kind) => kind.value === value)?.value ?? 'parameter' })}
      />
      {entry.kind === 'parameter' && <ParameterFields entry={entry} problem={problem} onEntry={onEntry} />}
      {isPayment && (
        <>
          <Segmented
            label="Which pool"
            value={entry.pool}
            options={[
              { value: 'LPT', label: 'LPT' },
              { value: 'ETH', label: 'ETH' },
            ]}
            onChange={(pool) => onEntry({ pool })}
          />
          <TextField
            label={`Amount in ${entry.pool}`}
            text={entry.amount}
            problem={sentenceFor('amount', problem)}
            hint="All of this amount leaves the CommonPool."
            isNumber
            onText={(amount) => onEntry({ amount })}
          />
        </>
      )}
      {entry.kind !== 'parameter' && entry.kind !== 'burning' && (
        <TextField
          label={entry.kind === 'payment' ? 'To which address' : 'Address of the contract'}
          text={entry.to}
          problem={sentenceFor('to', problem)}
          hint={hints[entry.kind]}
          onText={(to) => onEntry({ to })}
        />
      )}
    </>
  )
}

const sentenceFor = (field: keyof Entry, found: EntryProblem | undefined): string | undefined =>
  found?.field === field ? found.problem : undefined

const hints = {
  payment: 'The account or contract that gets the amount.',
  verifier: 'The contract that decides about the segments of later jobs. Read its code before you propose it.',
  randomness: 'The contract that gives the hashes of later blocks. Read its code before you propose it.',
}

function ParameterFields({ entry, problem, onEntry }: EntryFieldsProps) {
  const parameter = parameterOf(entry)
  return (
    <>
      <Select
        label="Parameter"
        placeholder="Choose a parameter"
        options={parameters.map((one) => ({
          value: keyOf(one),
          label: `${one.title} (${contractTitles[one.contract]})`,
        }))}
        value={entry.parameter || undefined}
        onChange={(value) => onEntry({ parameter: value })}
      />
      {parameter ? (
        <TextField
          label={`New value of ${parameter.title}`}
          text={entry.value}
          problem={sentenceFor('value', problem)}
          hint={`${parameter.meaning} ${boundsOf(parameter)} ${parameter.also ?? ''}`}
          isNumber
          onText={(value) => onEntry({ value })}
        />
      ) : (
        problem && (
          <p role="alert" className="text-[13px] text-live">
            {problem.problem}
          </p>
        )
      )}
    </>
  )
}

type TextFieldProps = {
  label: string
  text: string
  problem: string | undefined
  hint: string
  isNumber?: boolean
  onText(text: string): void
}

function TextField({ label, text, problem, hint, isNumber = false, onText }: TextFieldProps) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <input
        id={id}
        value={text}
        onChange={(event) => onText(event.target.value)}
        inputMode={isNumber ? 'decimal' : 'text'}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
        className={`mt-1 h-11 w-full min-w-0 rounded-xl border border-line-strong bg-surface px-3.5 aria-invalid:border-live ${isNumber ? 'tabular-nums' : 'font-mono text-sm'}`}
      />
      <FieldNote id={`${id}-note`} problem={problem}>
        {hint}
      </FieldNote>
    </div>
  )
}
