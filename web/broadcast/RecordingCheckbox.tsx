import type { RecordingChoice } from './useRecordingChoice'

/**
 * The broadcaster allows or refuses recordings before the stream begins, because the StreamId contains the answer. `fixed`: the answer in the
 * link that the broadcaster has shared already.
 */
export function RecordingCheckbox({ recording, fixed }: { recording: RecordingChoice; fixed?: boolean | undefined }) {
  const isAllowed = fixed ?? recording.isAllowed
  return (
    <label className="mt-5 flex items-start gap-3 text-sm">
      <input
        type="checkbox"
        checked={isAllowed}
        disabled={fixed !== undefined}
        onChange={(event) => recording.onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span>
        Allow a recording
        <span className="block text-pretty text-[13px] text-ink-soft leading-relaxed">
          {fixed === undefined ? '' : 'The link below has fixed this choice. '}
          {isAllowed
            ? 'After the stream has ended, viewers can play the recording through the link to the stream, and send it to each other.'
            : 'lp makes no recording. A person who sees the stream can still record the screen.'}
        </span>
      </span>
    </label>
  )
}
