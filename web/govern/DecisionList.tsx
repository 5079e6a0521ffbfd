import { useState } from 'react'
import { AddressRef } from '../chain/AddressRef'
import { Button } from '../ui/Button'
import type { Decision } from './Decision'
import { type Before, effectsOf, isBurning } from './decisionText'

/** A proposal can have thousands of calls. */
const shownAtFirst = 10
/** The number of characters of an unknown call that the page shows. */
const maxBytesShown = 1_000

/** What a proposal decides, one line for each effect. A voter must be able to see all calls. */
export function DecisionList({ decisions, before }: { decisions: readonly Decision[]; before: Before }) {
  const [count, setCount] = useState(shownAtFirst)
  return (
    <>
      <ul className="grid gap-1.5 text-sm">
        {decisions.slice(0, count).map((decision, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the calls of a proposal never change
          <li key={index} className="min-w-0">
            {decision.kind === 'unknown' ? (
              <UnknownCall call={decision.call} />
            ) : (
              <Effects decision={decision} before={before} />
            )}
          </li>
        ))}
      </ul>
      {decisions.length > count && (
        <Button look="outline" size="small" className="mt-3" onClick={() => setCount(count + 100)}>
          Show more calls ({decisions.length - count})
        </Button>
      )}
    </>
  )
}

function Effects({ decision, before }: { decision: Exclude<Decision, { kind: 'unknown' }>; before: Before }) {
  return (
    <>
      {effectsOf(decision, before).map((text) => (
        <p key={text} className="break-words font-medium">
          {text}
        </p>
      ))}
      {decision.kind !== 'parameters' && !isBurning(decision) && (
        <AddressRef label="address of the call" address={decision.to} />
      )}
    </>
  )
}

function UnknownCall({ call: { target, value, data } }: { call: Extract<Decision, { kind: 'unknown' }>['call'] }) {
  const rest = data.length - maxBytesShown
  return (
    <div className="rounded-xl bg-warn-soft p-3">
      <p className="font-medium">A call that this page does not know</p>
      <p className="mt-1 flex flex-wrap items-center gap-x-2 text-[13px]">
        of <AddressRef label="address of the call" address={target} />
        {value > 0n && <span>with {String(value)} wei</span>}
      </p>
      <p className="mt-1 break-all font-mono text-[13px]">
        {data.slice(0, maxBytesShown)}
        {rest > 0 && '…'}
      </p>
      {rest > 0 && <p className="mt-1 text-[13px]">and {Math.ceil(rest / 2)} more bytes</p>}
    </div>
  )
}
