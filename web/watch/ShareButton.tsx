import { logOf } from 'lp-relay/log'
import Check from 'lucide-react/icons/check'
import Share2 from 'lucide-react/icons/share-2'
import { Button } from '../ui/Button'
import { useCopy } from '../ui/useCopy'

const log = logOf('watch')

/** On a touch device that has a share sheet, opens the share sheet. On other devices, copies the link. */
export function ShareButton({ link }: { link: string }) {
  const { copied, copy } = useCopy(link)
  const share = () => {
    const isTouch = matchMedia('(pointer: coarse)').matches
    // `share` rejects when the person closes the share sheet.
    if (isTouch && navigator.share)
      navigator.share({ url: link }).catch((error: unknown) => log.debug('not shared', () => ({ error })))
    else copy()
  }
  const Icon = copied ? Check : Share2
  return (
    <Button look="outline" size="small" onClick={share}>
      <Icon className="size-4" aria-hidden="true" />
      {copied ? 'Link copied' : 'Share'}
    </Button>
  )
}
