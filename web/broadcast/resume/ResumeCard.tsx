import Radio from 'lucide-react/icons/radio'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { Notice } from '../../ui/Notice'
import type { Resume } from './useResume'

/** The page was reloaded or closed while the stream was live. `hasPicture`: a camera or screen is open. */
export function ResumeCard({ resume, hasPicture }: { resume: Resume; hasPicture: boolean }) {
  const { isScreen, isOpening, isEnding, problem, onResume, onEnd } = resume
  return (
    <Card heading="Your broadcast is interrupted" data-testid="resume">
      <p className="text-pretty text-ink-soft text-sm leading-relaxed">
        This page was reloaded or closed while the stream was live, and viewers wait. Your broadcast can go on with the
        same link, the same job and the same deposit.
      </p>
      {problem && <Notice problem={problem} className="mt-4" />}
      <Button look="live" size="large" className="mt-5 w-full" busy={isOpening} disabled={isEnding} onClick={onResume}>
        <Radio className="size-5" aria-hidden="true" />
        {hasPicture ? 'Go on' : isScreen ? 'Go on with a screen' : 'Go on with the camera'}
      </Button>
      <ConfirmDialog
        trigger={
          <Button look="outline" className="mt-3 w-full" busy={isEnding}>
            End the broadcast
          </Button>
        }
        question="End the broadcast?"
        consequence="The stream ends for all viewers."
        confirmLabel="End"
        cancelLabel="Keep"
        onConfirm={onEnd}
      />
    </Card>
  )
}
