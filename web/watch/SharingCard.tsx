import ChevronDown from 'lucide-react/icons/chevron-down'
import { Segmented } from '../ui/Segmented'
import { Switch } from '../ui/Switch'
import { type Sharing, uploadLimits } from './SharingChoice'
import type { chooseSharing } from './sharingStore'

export type SharingCardProps = { sharing: Sharing; onChange: typeof chooseSharing }

const noLimit = 'none'
const limitOptions = [
  { value: noLimit, label: 'None' },
  ...uploadLimits.map((limit) => ({ value: String(limit), label: String(limit) })),
]

/** Shows how this browser shares the stream with other viewers, with switches for the viewer’s choices. The card is collapsed at first. */
export function SharingCard({ sharing, onChange }: SharingCardProps) {
  const { connects, uploads, uploadLimit, isMetered, isSavingData } = sharing
  return (
    <details
      data-testid="watch-sharing"
      data-connects={connects}
      data-uploads={uploads}
      data-upload-limit={uploadLimit ?? noLimit}
      className="group/sharing rounded-2xl border border-line bg-surface"
    >
      <summary className="flex list-none items-center justify-between gap-4 rounded-2xl px-4 py-3 font-medium text-sm [&::-webkit-details-marker]:hidden">
        <span className="shrink-0">Other viewers</span>
        <span className="ml-auto truncate font-normal text-[13px] text-ink-soft">{statusOf(sharing)}</span>
        <ChevronDown
          className="size-4 shrink-0 text-ink-soft transition-transform group-open/sharing:rotate-180"
          aria-hidden="true"
        />
      </summary>
      <div className="space-y-5 px-4 pt-1 pb-5">
        <p className="max-w-prose text-pretty text-[13px] text-ink-soft leading-relaxed">
          The viewers of this stream send the video to each other, so the stream needs fewer relays.
        </p>
        <Switch
          label="Don’t upload"
          text={
            <>
              Your browser gets video from other viewers, but sends no video to them. The other viewers serve you last,
              so more of your video comes from relays.
              {isMetered && (
                <span className="mt-1 block text-ink" data-testid="metered">
                  {isSavingData
                    ? '“Don’t upload” is on because your network is a mobile network, or your browser saves data. You can turn this switch off.'
                    : 'Your network is a mobile network, or your browser saves data. Uploads may cost you money.'}
                </span>
              )}
            </>
          }
          isOn={!uploads}
          disabled={!connects}
          onChange={(isOff) => onChange({ uploads: !isOff })}
        />
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <span className="font-medium text-sm">
            Upload limit <span className="font-normal text-ink-soft">in Mbit/s</span>
          </span>
          <Segmented
            label="Upload limit in Mbit/s"
            options={limitOptions}
            value={uploadLimit === undefined ? noLimit : String(uploadLimit)}
            disabled={!connects || !uploads}
            onChange={(value) => onChange({ uploadLimit: value === noLimit ? undefined : Number(value) })}
          />
        </div>
        <Switch
          label="Don’t connect to other viewers"
          text="A viewer that is connected to your browser can see your network address (IP address). When this switch is on, your browser connects to no other viewer, and all video comes from relays."
          isOn={!connects}
          onChange={(isOff) => onChange({ connects: !isOff })}
        />
      </div>
    </details>
  )
}

function statusOf({ connects, uploads, uploadLimit, isSavingData }: Sharing): string {
  if (!connects) return 'Not connected'
  if (isSavingData) return 'No upload, to save data'
  if (!uploads) return 'No upload'
  return uploadLimit === undefined ? 'Sharing' : `Upload up to ${uploadLimit} Mbit/s`
}
