import { type RecordNote, recordNotesOf } from './RecordNote'
import type { Staking } from './Staking'
import type { Transcoder } from './Transcoder'

const tones: Record<RecordNote['tone'], string> = { plain: 'text-ink-soft', warn: 'text-warn', bad: 'text-live' }

/** The notes about a transcoder, one line each. */
export function RecordNotes({ transcoder, staking }: { transcoder: Transcoder; staking: Staking }) {
  return (
    <ul className="mt-1.5 space-y-0.5 text-pretty text-[13px]">
      {recordNotesOf(transcoder, staking).map(({ tone, text }) => (
        <li key={text} className={tones[tone]}>
          {text}
        </li>
      ))}
    </ul>
  )
}
