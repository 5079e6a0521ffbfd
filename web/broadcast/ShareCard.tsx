import { Card } from '../ui/Card'
import { CopyLink } from '../ui/CopyLink'
import { QrCode } from '../ui/QrCode'
import { EmbedCode } from './EmbedCode'
import { type ListingChoice, ListingSwitch } from './ListingSwitch'

export function ShareCard({ link, listing }: { link: string; listing: ListingChoice }) {
  return (
    <Card heading="Share">
      <CopyLink label="link to the stream" link={link} testId="share-link" />
      <div className="mt-4 flex flex-wrap items-center gap-4">
        <div className="w-36 shrink-0">
          <QrCode text={link} label="QR code of the link" />
        </div>
        {/* On a narrow phone, the text is below the code. */}
        <p className="min-w-36 flex-1 text-pretty text-ink-soft text-sm leading-relaxed">
          Anyone with the link can watch, without an account or a wallet. Scan the code with a phone.
        </p>
      </div>
      <EmbedCode link={link} />
      <ListingSwitch listing={listing} />
    </Card>
  )
}
