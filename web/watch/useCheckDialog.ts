import { logOf } from 'lp-relay/log'
import { type ComponentType, useState } from 'react'
import { toast } from '../ui/toast'
import type { CheckDialogProps } from './check/CheckDialog'

const log = logOf('watch')

/** Downloads the code of the dialog when the viewer opens the dialog. A failed download does not affect the player. */
export function useCheckDialog() {
  const [CheckDialog, setCheckDialog] = useState<ComponentType<CheckDialogProps>>()
  const [isLoading, setIsLoading] = useState(false)
  const onOpen = async () => {
    setIsLoading(true)
    try {
      const loaded = await import('./check/CheckDialog')
      setCheckDialog(() => loaded.CheckDialog)
    } catch (error) {
      log.fault(error as Error)
      toast.error('The check could not be loaded. Check your connection and try again.')
    } finally {
      setIsLoading(false)
    }
  }
  return { CheckDialog, isLoading, onOpen: () => void onOpen(), onClose: () => setCheckDialog(undefined) }
}
