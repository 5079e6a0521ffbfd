import { lazy, type RefObject } from 'react'
import type { ViewerPayments } from '../payments/ViewerPayments'
import { LatePart } from '../ui/LatePart'
import { useTitle } from '../ui/useTitle'
import type { Cover } from './Cover'
import type { SegmentToCheck } from './check/SegmentToCheck'
import type { TimeShift } from './LivePause'
import { Player } from './Player'
import type { LivePast } from './past/LivePast'
import { ShareButton } from './ShareButton'
import { SharingCard, type SharingCardProps } from './SharingCard'
import type { Totals } from './Traffic'
import { titleOf } from './titleOf'
import { usePaymentState } from './usePaymentState'
import type { Levels, WatchFigures, WatchState } from './WatchState'
import { WatchStats } from './WatchStats'

const PaymentCard = lazy(() => import('../pay/PaymentCard'))

export type WatchViewProps = {
  state: WatchState
  /** The title and the poster. Undefined: not known. */
  cover?: Cover | undefined
  /** Undefined for a recording, which has one quality. */
  levels: Levels | undefined
  /** The video element itself fetches the stream, so the page cannot check the segments. */
  isUnverified: boolean
  /** Undefined for a recording. */
  timeShift?: TimeShift
  figures: WatchFigures
  readTotals?: () => Omit<Totals, 'atMs'>
  /** Undefined for a recording, and before a relay names a price. */
  payments?: ViewerPayments | undefined
  sharing: SharingCardProps
  shareLink: string
  /** A part of the share link is damaged, and the page ignores this part. */
  isLinkDamaged: boolean
  /** The video element exists in every state. The view itself controls playing, volume and fullscreen. */
  videoRef: RefObject<HTMLVideoElement | null>
  onRetry(): void
  /** The segment on screen. Undefined while there is no segment. */
  segmentToCheck?: () => SegmentToCheck | undefined
  /** Jumps to the live edge. If this is undefined, the badge is not a button. */
  onGoToLive?: () => void
  /** Undefined if the person cannot seek back. */
  past?: LivePast | undefined
  /** Undefined if there can be no recording. */
  onPlayRecording?: (() => void) | undefined
}

export function WatchView(props: WatchViewProps) {
  const { state, levels, isUnverified, figures, readTotals, sharing, shareLink, isLinkDamaged, videoRef } = props
  const { payments, onRetry, segmentToCheck, onGoToLive, onPlayRecording } = props
  const payment = usePaymentState(payments)
  const isRecording = figures.kept !== undefined
  const isOn = isRecording || (state.name !== 'ended' && state.name !== 'not-found' && state.name !== 'failed')
  const id = shareLink.split('/watch/').at(-1) ?? ''
  const title = props.cover?.title
  useTitle(titleOf(state, id, title))
  return (
    <div data-testid="watch-state" data-state={state.name} className="mx-auto w-full max-w-6xl">
      {/* A screen reader reads the heading before the player. On the screen, the heading is below the player. */}
      <div className="mb-4 grid grid-cols-[minmax(0,1fr)_auto] items-center gap-4">
        <div className="row-start-2 min-w-0">
          <h1 className={`font-semibold text-lg ${title ? 'text-pretty break-words' : 'truncate'}`}>
            {title ? (
              <bdi>{title}</bdi>
            ) : isRecording ? (
              'Recording'
            ) : isOn && state.name !== 'soon' ? (
              'Live stream'
            ) : (
              'Stream'
            )}{' '}
            <span className="ml-1 font-mono font-normal text-ink-soft text-sm">{id.slice(0, 8)}</span>
          </h1>
          {isOn && figures.viewers !== undefined && figures.viewers > 0 && (
            <p data-testid="viewers" className="text-ink-soft text-sm tabular-nums">
              {figures.viewers === 1 ? '1 viewer now' : `${figures.viewers} viewers now`}
            </p>
          )}
        </div>
        <div className="-mx-4 col-span-2 row-start-1 sm:mx-0">
          <Player
            state={state}
            cover={props.cover}
            levels={levels}
            isUnverified={isUnverified}
            latencyMs={figures.latencyMs}
            timeShift={props.timeShift ?? 'none'}
            videoRef={videoRef}
            onRetry={onRetry}
            onGoToLive={onGoToLive}
            past={props.past}
            onPlayRecording={onPlayRecording}
          />
        </div>
        {isOn && <ShareButton link={shareLink} />}
      </div>
      {isUnverified && (
        <p className="mb-4 text-pretty text-[13px] text-ink-soft leading-relaxed">
          This browser does not let the page check the segments before it plays them. “Check this segment” under
          Statistics still works.
        </p>
      )}
      {isLinkDamaged && (
        <p data-testid="damaged-link" className="mb-4 text-pretty text-[13px] text-ink-soft leading-relaxed">
          A part of this link is damaged. If the stream does not play, ask for the link again.
        </p>
      )}
      {isRecording && sharing.sharing.connects && sharing.sharing.uploads && (
        <p className="mb-4 text-pretty text-[13px] text-ink-soft leading-relaxed">
          While this page is open, it sends the recording to other viewers.
        </p>
      )}
      <div className="space-y-3">
        {payments && payment && (
          <LatePart name="The card of the payments">
            <PaymentCard payments={payments} isUnverified={isUnverified} />
          </LatePart>
        )}
        <WatchStats {...{ figures, readTotals, segmentToCheck, videoRef }} />
        <SharingCard {...sharing} />
      </div>
    </div>
  )
}
