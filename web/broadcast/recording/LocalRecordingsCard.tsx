import Download from 'lucide-react/icons/download'
import Trash from 'lucide-react/icons/trash-2'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { formatBytes } from '../../ui/format'
import { IconButton } from '../../ui/IconButton'
import { Notice } from '../../ui/Notice'
import type { LocalRecordings } from './useLocalRecordings'

export type LocalRecordingsCardProps = { local: LocalRecordings }

/** The recording of the present stream, and the recordings that the person can download. */
export function LocalRecordingsCard({
  local: { current, kept, problem, onDownload, onDelete },
}: LocalRecordingsCardProps) {
  const isRecording = current !== undefined && !current.isClosed
  if (!isRecording && kept.length === 0 && !current?.problem) return null
  return (
    <Card heading="Recordings on this computer" data-testid="local-recordings">
      {current?.problem && <Notice problem={current.problem} className="mb-4" />}
      {problem && <Notice problem={problem} className="mb-4" />}
      {isRecording && !current.problem && (
        <p className="text-sm tabular-nums">{`This stream is recorded: ${formatBytes(current.bytes)} until now.`}</p>
      )}
      <ul className="space-y-3">
        {kept.map(({ name, bytes }) => (
          <li key={name} className="flex items-center justify-between gap-3 text-sm">
            <span className="min-w-0">
              <span className="block break-words font-medium">{name}</span>
              <span className="text-[13px] text-ink-soft tabular-nums">{formatBytes(bytes)}</span>
            </span>
            <span className="flex shrink-0 items-center gap-1">
              <Button look="outline" size="small" onClick={() => onDownload(name)} aria-label={`Download ${name}`}>
                <Download className="size-4" aria-hidden="true" />
                Download
              </Button>
              <ConfirmDialog
                trigger={
                  <IconButton label={`Delete ${name}`}>
                    <Trash className="size-4" aria-hidden="true" />
                  </IconButton>
                }
                question="Delete this recording?"
                consequence="The file is deleted from this browser. A copy that you have downloaded stays."
                confirmLabel="Delete"
                cancelLabel="Keep"
                onConfirm={() => onDelete(name)}
              />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
