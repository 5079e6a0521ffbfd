import Radio from 'lucide-react/icons/radio'
import WalletIcon from 'lucide-react/icons/wallet'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import { formatAmount } from '../wallet/amount'
import type { Wallet } from '../wallet/Wallet'
import { CoverForm } from './cover/CoverForm'
import type { CoverChoice } from './cover/useCover'
import { EarlyLinkForm } from './early/EarlyLinkForm'
import type { EarlyLinkControl } from './early/useEarlyLink'
import { type ListingChoice, ListingSwitch } from './ListingSwitch'
import { missingAddress } from './missingAddress'
import type { Quality } from './Quality'
import { QualityPicker } from './QualityPicker'
import { RecordingCheckbox } from './RecordingCheckbox'
import { LocalRecordingCheckbox } from './recording/LocalRecordingCheckbox'
import type { LocalRecordings } from './recording/useLocalRecordings'
import { SalePicker } from './SalePicker'
import type { RecordingChoice } from './useRecordingChoice'
import type { SaleChoice } from './useSaleChoice'

export type GoLiveCardProps = {
  quality: Quality
  recording: RecordingChoice
  sale: SaleChoice
  cover: CoverChoice
  early: EarlyLinkControl
  listing: ListingChoice
  /** The camera or screen in the preview. */
  stream: MediaStream | undefined
  local: LocalRecordings
  wallet: Wallet
  busy: boolean
  onGoLive(): void
}

/** Title and poster, quality, price, whether viewers pay, whether there may be a recording, and the button that starts a broadcast. */
export function GoLiveCard(props: GoLiveCardProps) {
  const { quality, recording, sale, cover, early, stream, local, wallet, busy, onGoLive } = props
  const hasPicture = stream !== undefined
  const missingWei = (quality.price?.missingWei ?? 0n) - (wallet.balanceWei ?? 0n)
  const isDepositMissing = wallet.balanceWei !== undefined && missingWei > 0n
  const unreachable = quality.price?.unreachable ?? 0
  const away = quality.price?.away ?? 0
  const bitrate = quality.presets.find(({ id }) => id === quality.presetId)?.source.bitrate ?? 0
  const isPriced = quality.price !== undefined && sale.weiPerMinute !== undefined && !isDepositMissing
  // Other players cannot decrypt a recording of a paid stream, and the link promises a recording.
  const isLinkForFree = sale.isPaid && early.mayRecord === true
  const isReady =
    !isLinkForFree && hasPicture && !quality.isMeasuring && isPriced && !cover.titleProblem && !cover.isBusy
  return (
    <Card heading="Go live">
      <CoverForm cover={cover} stream={stream} />
      <QualityPicker quality={quality} />
      <SalePicker sale={sale} />
      {!sale.isPaid && <RecordingCheckbox recording={recording} fixed={early.mayRecord} />}
      <LocalRecordingCheckbox local={local} bitrate={bitrate} />
      <ListingSwitch listing={props.listing} />
      <EarlyLinkForm early={early} mayRecord={recording.isAllowed && !sale.isPaid} />
      <div className="mt-5 space-y-3">
        {isLinkForFree && <Notice problem={linkForFree} />}
        {wallet.problem && <Notice problem={wallet.problem} />}
        {unreachable > 0 && <Notice tone="info" problem={unreachableOf(unreachable)} />}
        {away > 0 && <Notice tone="info" problem={awayOf(away)} />}
        {isDepositMissing && (
          <Notice
            problem={{
              sentence: `The wallet needs ${formatAmount(missingWei)} more for the deposit.`,
              nextStep: 'Send more ether to the wallet, or choose a lower quality.',
            }}
          />
        )}
        {wallet.status !== 'connected' ? (
          <Button size="large" className="w-full" busy={wallet.status === 'connecting'} onClick={wallet.onConnect}>
            {wallet.status === 'disconnected' && <WalletIcon className="size-5" aria-hidden="true" />}
            {wallet.status === 'connecting' ? 'Connecting the wallet' : 'Connect a wallet'}
          </Button>
        ) : wallet.isOnWrongChain ? (
          <Button size="large" className="w-full" onClick={wallet.onSwitchChain}>
            Switch the wallet’s network
          </Button>
        ) : (
          <Button size="large" look="live" className="w-full" disabled={!isReady} busy={busy} onClick={onGoLive}>
            <Radio className="size-5" aria-hidden="true" />
            Go live
          </Button>
        )}
        <p className="text-pretty text-[13px] text-ink-soft leading-relaxed">
          {hasPicture || wallet.status !== 'connected'
            ? 'Your wallet asks you once, to confirm the deposit and the job. You pay for verified work only; the rest of the deposit comes back.'
            : 'Turn on the camera or choose a screen first.'}
        </p>
        {quality.price && quality.price.inputFinePercent > 0n && (
          <p className="text-pretty text-[13px] text-ink-soft leading-relaxed">
            {`Until work is verified, ${quality.price.inputFinePercent} % of its price is kept for a possible fine. This amount comes back to you, unless this page sent a broken segment.`}
          </p>
        )}
      </div>
    </Card>
  )
}

const linkForFree: Problem = {
  sentence: 'The link that you made allows a recording, and a paid stream has none.',
  nextStep: 'Discard the link and make another, or let everybody watch free of charge.',
}

const needsAnother =
  'The stream needs another transcoder. If the draw names no other transcoder, the stream does not start, you pay the network fee, and your deposit stays yours.'

const unreachableOf = (count: number): Problem => ({
  sentence:
    count === 1
      ? `This page cannot reach one of the transcoders at this price, because its relay has ${missingAddress()}.`
      : `This page cannot reach ${count} of the transcoders at this price, because their relays have ${missingAddress()}.`,
  nextStep: needsAnother,
})

const awayOf = (count: number): Problem => ({
  sentence:
    count === 1
      ? 'One of the transcoders at this price does not answer this page, or takes no new streams now.'
      : `${count} of the transcoders at this price do not answer this page, or take no new streams now.`,
  nextStep: needsAnother,
})
