import ShieldCheck from 'lucide-react/icons/shield-check'
import { Button } from '../ui/Button'
import type { SegmentToCheck } from './check/SegmentToCheck'
import { useCheckDialog } from './useCheckDialog'

/** Opens the check of the segment on screen. */
export function CheckButton({ segmentToCheck }: { segmentToCheck(): SegmentToCheck | undefined }) {
  const { CheckDialog, isLoading, onOpen, onClose } = useCheckDialog()
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-t px-4 py-3">
      <Button look="outline" size="small" data-testid="check-segment" busy={isLoading} onClick={onOpen}>
        {!isLoading && <ShieldCheck className="size-4" aria-hidden="true" />}
        Check this segment
      </Button>
      <p className="min-w-0 grow basis-48 text-pretty text-[13px] text-ink-soft">
        Your browser transcodes the segment again, and compares the result with the transcoder’s result.
      </p>
      {CheckDialog && <CheckDialog segmentToCheck={segmentToCheck} onClose={onClose} />}
    </div>
  )
}
