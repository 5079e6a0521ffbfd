import { formatBytes } from '../../ui/format'
import type { LocalRecordings } from './useLocalRecordings'

export type LocalRecordingCheckboxProps = {
  local: LocalRecordings
  /** Of the stream, in bits per second. */
  bitrate: number
}

/** A recording on the broadcaster's own computer, which needs no permission for relays and viewers. */
export function LocalRecordingCheckbox({ local, bitrate }: LocalRecordingCheckboxProps) {
  if (!local.isPossible) return null
  return (
    <label className="mt-4 flex items-start gap-3 text-sm">
      <input
        type="checkbox"
        checked={local.isChosen}
        onChange={(event) => local.onChoose(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span>
        Record on this computer
        <span className="block text-pretty text-[13px] text-ink-soft leading-relaxed">
          {`The browser writes what you send into a file, about ${formatBytes(bitrate * 450)} an hour. You can download it after the stream.`}
        </span>
      </span>
    </label>
  )
}
