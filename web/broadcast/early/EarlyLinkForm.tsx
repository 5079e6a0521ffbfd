import LinkIcon from 'lucide-react/icons/link'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { CopyLink } from '../../ui/CopyLink'
import { formatMoment } from '../../ui/formatMoment'
import { Notice } from '../../ui/Notice'
import type { EarlyLinkControl } from './useEarlyLink'

/** Makes the link to the stream before the broadcast begins. `mayRecord`: the choice for the stream. The link fixes this choice. */
export function EarlyLinkForm({ early, mayRecord }: { early: EarlyLinkControl; mayRecord: boolean }) {
  if (!early.isPossible) return null
  return (
    <div className="mt-5 space-y-3">
      {early.problem && <Notice problem={early.problem} />}
      {early.link && early.untilMs !== undefined ? (
        <>
          <p className="mb-1.5 font-medium text-sm">Link to the next stream</p>
          <CopyLink label="link to the next stream" link={early.link} testId="early-link" />
          <p className="text-pretty text-[13px] text-ink-soft leading-relaxed">
            A viewer who opens the link reads that the stream starts soon, and sees the picture when you go live. The
            link stays valid until {formatMoment(early.untilMs, Date.now())}, also if you load this page again.
          </p>
          <ConfirmDialog
            trigger={
              <Button size="small" look="outline" busy={early.isBusy}>
                Discard the link
              </Button>
            }
            question="Discard the link?"
            consequence="The next stream gets another link. Viewers who have opened this link wait for nothing."
            confirmLabel="Discard the link"
            cancelLabel="Keep the link"
            onConfirm={early.onDiscard}
          />
        </>
      ) : (
        <>
          <Button look="outline" className="w-full" busy={early.isBusy} onClick={() => early.onMake({ mayRecord })}>
            <LinkIcon className="size-4" aria-hidden="true" />
            Get the link now
          </Button>
          <p className="text-pretty text-[13px] text-ink-soft leading-relaxed">
            You can share the link before you go live. A viewer who opens it then reads that the stream starts soon.
          </p>
        </>
      )}
    </div>
  )
}
