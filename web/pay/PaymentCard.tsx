import ChevronDown from 'lucide-react/icons/chevron-down'
import { lazy } from 'react'
import type { PaymentControl } from '../payments/ViewerPayments'
import { Button } from '../ui/Button'
import { LatePart } from '../ui/LatePart'
import { Notice } from '../ui/Notice'
import { Spinner } from '../ui/Spinner'
import { Stat } from '../ui/Stat'
import { amountOf, formatAmount } from '../wallet/amount'
import { LimitField } from './LimitField'
import { actionWords, noticeOf, statusWords } from './stateText'
import { usePaymentCard } from './usePaymentCard'

const PayPanel = lazy(() => import('./PayPanel'))

export type PaymentCardProps = {
  payments: PaymentControl
  /** The video element fetches the stream itself, so the page cannot pay for it. */
  isUnverified: boolean
}

/** Shows what the stream costs and how the viewer pays. The default export is for React.lazy: a free stream has no card. */
export default function PaymentCard({ payments, isUnverified }: PaymentCardProps) {
  const { snapshot, isOpen, hasPanel, onToggle, onPanel, onAction, isDone } = usePaymentCard(payments)
  const { state, weiPerByte, perMinute, keysPerMinute, spent, promised, earned, left, minutesLeft, choice } = snapshot
  const notice = noticeOf(snapshot)
  const pays = choice.issuer !== undefined
  return (
    <div
      data-testid="payments"
      data-state={state}
      data-price-wei={String(weiPerByte)}
      data-spent-wei={String(spent)}
      data-promised-wei={String(promised)}
      data-earned-wei={String(earned)}
      data-left-wei={left === undefined ? undefined : String(left)}
      className="space-y-3"
    >
      {notice && (
        <Notice
          problem={notice}
          action={
            notice.action && !isDone(notice.action) ? (
              <Button size="small" onClick={() => onAction(notice.action)}>
                {notice.action === 'accept' ? `Pay ${formatAmount(perMinute)} a minute` : actionWords[notice.action]}
              </Button>
            ) : undefined
          }
        />
      )}
      <details
        open={isOpen}
        onToggle={(event) => onToggle(event.currentTarget.open)}
        className="group/payments rounded-2xl border border-line bg-surface"
      >
        <summary className="flex list-none items-center justify-between gap-4 rounded-2xl px-4 py-3 font-medium text-sm [&::-webkit-details-marker]:hidden">
          <span className="shrink-0">Payments</span>
          <span className="ml-auto truncate font-normal text-[13px] text-ink-soft">
            {statusWords[state]}
            {state !== 'free' && <span className="hidden sm:inline"> · {formatAmount(perMinute)} a minute</span>}
          </span>
          <ChevronDown
            className="size-4 shrink-0 text-ink-soft transition-transform group-open/payments:rotate-180"
            aria-hidden="true"
          />
        </summary>
        <div className="space-y-5 px-4 pt-1 pb-5">
          <p className="max-w-prose text-pretty text-[13px] text-ink-soft leading-relaxed">
            {keysPerMinute > 0n
              ? 'The broadcaster is paid for this stream. Without payment, this page gets only encrypted video.'
              : state === 'free'
                ? 'The relays of this stream ask for no money.'
                : 'The relays of this stream are paid for the video that they send. Video from other viewers costs nothing, and relays give free video first to viewers that upload to others.'}
            {isUnverified && ' This browser fetches the video without this page, so this page cannot pay for it.'}
          </p>
          <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
            <Figure name="Price a minute" wei={perMinute} hint="at most" />
            <Figure name="Spent so far" wei={spent} />
            <Figure name="Earned by uploading" wei={earned} />
            {left !== undefined && (
              <Figure name="Left" wei={left} {...(minutesLeft && { hint: timeOf(minutesLeft) })} />
            )}
          </dl>
          {pays && (
            <LimitField
              key={String(choice.limitWei)}
              limitWei={choice.limitWei}
              promised={promised}
              onLimit={(limitWei) => payments.limit(limitWei)}
            />
          )}
          {hasPanel ? (
            <LatePart name="The wallet" loading={<Spinner />}>
              <PayPanel payments={payments} />
            </LatePart>
          ) : (
            <Button look="outline" className="w-full sm:w-auto" onClick={onPanel}>
              {pays ? 'Top up or withdraw' : 'Pay for the stream'}
            </Button>
          )}
        </div>
      </details>
    </div>
  )
}

function Figure({ name, wei, hint }: { name: string; wei: bigint; hint?: string }) {
  const { value, unit } = amountOf(wei)
  return (
    <Stat name={name} unit={unit} {...(hint !== undefined && { hint })}>
      {value}
    </Stat>
  )
}

function timeOf(minutes: number): string {
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return `about ${Math.floor(minutes)} min`
  return minutes < 2_880 ? `about ${Math.floor(minutes / 60)} hours` : `about ${Math.floor(minutes / 1_440)} days`
}
