import { AlertDialog } from 'radix-ui'
import { Confirmation } from './ConfirmDialog'
import { useLeaveAttempt } from './leaving'
import { useOpener } from './useOpener'

/** Asks the question of a guarded page (`useLeaveQuestion`) when the person tries to leave it. The guarded page itself renders this dialog. */
export function LeaveDialog() {
  const attempt = useLeaveAttempt()
  const opener = useOpener()
  if (!attempt) return null
  const { stay, leave, isLeaving } = attempt
  const { onLeave: _, ...texts } = attempt.ask
  return (
    <AlertDialog.Root open onOpenChange={(open) => open || stay()}>
      <Confirmation {...opener} {...texts} busy={isLeaving} onConfirm={leave} />
    </AlertDialog.Root>
  )
}
