import { type ComponentType, useState } from 'react'
import { toast } from 'sonner'
import type { CheckDialogProps } from './check/CheckDialog'

/** Nobody who does not ask for a check downloads any of it; a download that fails leaves the player alone. */
export function useCheckDialog() {
  const [CheckDialog, setCheckDialog] = useState<ComponentType<CheckDialogProps>>()
  const [isLoading, setIsLoading] = useState(false)
  const onOpen = async () => {
    setIsLoading(true)
    try {
      const loaded = await import('./check/CheckDialog')
      setCheckDialog(() => loaded.CheckDialog)
    } catch {
      toast.error('The check could not be loaded. Look at your connection and try again.')
    } finally {
      setIsLoading(false)
    }
  }
  return { CheckDialog, isLoading, onOpen: () => void onOpen(), onClose: () => setCheckDialog(undefined) }
}
