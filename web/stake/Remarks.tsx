import { type Remark, remarksOf } from './Remark'
import type { Staking } from './Staking'
import type { Transcoder } from './Transcoder'

const tones: Record<Remark['tone'], string> = { plain: 'text-ink-soft', warn: 'text-warn', bad: 'text-live' }

/** What a delegator should know of a transcoder, a line each. */
export function Remarks({ transcoder, staking }: { transcoder: Transcoder; staking: Staking }) {
  return (
    <ul className="mt-1.5 space-y-0.5 text-pretty text-[13px]">
      {remarksOf(transcoder, staking).map(({ tone, text }) => (
        <li key={text} className={tones[tone]}>
          {text}
        </li>
      ))}
    </ul>
  )
}
