import { StreamId } from '@lp/contracts/protocol'
import type { Check } from 'lp-relay'
import type { ReactNode } from 'react'
import type { Hex } from 'viem'
import { CopyText } from '../../ui/CopyText'
import { StepMark } from '../../ui/StepMark'
import type { CheckState } from './CheckState'
import { findingsOf, renditionState, verdictWords } from './verdict'

/** The result for each rendition, and the signers. Scripts read `data-verdict`. */
export function CheckResult({ state }: { state: CheckState & { name: 'done' } }) {
  const { conclusion, fetched, segment } = state
  const { work, evidence } = fetched
  const { sentence, explanation } = verdictWords[conclusion.verdict]
  return (
    <div data-testid="check-result" data-verdict={conclusion.verdict}>
      <p className="font-semibold">{sentence}</p>
      <p className="mt-1 text-pretty text-ink-soft text-sm">{explanation}</p>
      {findingsOf(conclusion, undefined).map((finding) => (
        <p key={finding} className="mt-2 text-sm">
          {finding}
        </p>
      ))}
      <ul className="mt-4 space-y-3">
        {work.options.renditions.map(({ height }, index) => (
          <Rendition key={height} height={height} index={index} {...{ work, conclusion }} />
        ))}
      </ul>
      <dl className="mt-5 space-y-1.5 border-line border-t pt-4 text-sm">
        <Signed name="Transcoded by" label="transcoder address" value={evidence.assignment.transcoder} />
        <Signed name="Receipt signed by" label="key address" value={evidence.assignment.renditionKey} />
        <Signed name="Source signed by" label="stream key address" value={StreamId.origin(segment.streamId)} />
        <Signed name="Hash of the source" label="hash of the source" value={work.segment.dataHash} />
      </dl>
    </div>
  )
}

type RenditionProps = { height: number; index: number; work: Check.Work; conclusion: Check.Conclusion }

function Rendition({ height, index, work, conclusion }: RenditionProps) {
  const findings = findingsOf(conclusion, index)
  const state = renditionState(conclusion, index)
  const hash = work.outputs[index]?.dataHash
  return (
    <li className="flex gap-3">
      <StepMark state={state} />
      <div className="min-w-0 grow text-sm">
        <div className="flex flex-wrap items-center justify-between gap-x-3 leading-7">
          <p>
            <span className="font-medium tabular-nums">{height}p</span>{' '}
            {state === 'done' && <span className="text-ink-soft">equal, bit for bit</span>}
            {state === 'skipped' && <span className="text-ink-soft">not compared</span>}
          </p>
          {hash && <Hash label={`hash of ${height}p`} value={hash} />}
        </div>
        {findings.map((finding) => (
          <p key={finding} className="leading-relaxed">
            {finding}
          </p>
        ))}
      </div>
    </li>
  )
}

function Signed({ name, label, value }: { name: ReactNode; label: string; value: Hex }) {
  return (
    <div className="flex items-center justify-between gap-3">
      <dt className="text-ink-soft">{name}</dt>
      <dd className="shrink-0 whitespace-nowrap">
        <Hash label={label} value={value} />
      </dd>
    </div>
  )
}

const Hash = ({ label, value }: { label: string; value: Hex }) => (
  <CopyText label={label} text={value} short={`${value.slice(0, 6)}…${value.slice(-4)}`} />
)
