import Check from 'lucide-react/icons/check'
import Share2 from 'lucide-react/icons/share-2'
import { Button } from '../ui/Button'
import { useCopy } from '../ui/useCopy'

/** The device's own share sheet where fingers are used, else a copy of the link. */
export function ShareButton({ link }: { link: string }) {
  const { copied, copy } = useCopy(link)
  const share = () => {
    const isTouch = matchMedia('(pointer: coarse)').matches
    // A closed share sheet rejects; there is nothing to do about it.
    if (isTouch && navigator.share) navigator.share({ url: link }).catch(() => undefined)
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
