import type { ReactNode } from 'react'
import { formatEther } from 'viem'
import { formatDuration } from '../ui/format'
import { amountOf } from '../wallet/amount'
import type { Bill } from './Bill'

/**
 * Shows the cost of a broadcast. The details show each amount exactly. Scripts read `data-fees-wei`, `data-refunded-wei` and
 * `data-wei`.
 */
export function BillDetails({ bill }: { bill: Bill }) {
  const { segments, durationMs, feesWei, refundedWei, fineWei, terms, networkWei, depositWei, leftWei } = bill
  const fees = amountOf(feesWei)
  return (
    <div data-testid="bill" data-fees-wei={String(feesWei)} data-refunded-wei={String(refundedWei)}>
      <div className="flex items-baseline justify-between gap-3">
        <p className="text-ink-soft text-sm">
          {segments === 0 ? 'You paid' : `You paid for ${count(segments)}, ${formatDuration(Number(durationMs))}`}
        </p>
        <p className="whitespace-nowrap font-semibold text-2xl tabular-nums">
          {fees.value} <span className="font-normal text-ink-soft text-sm">{fees.unit}</span>
        </p>
      </div>
      <details className="mt-2 text-sm">
        <summary className="text-ink-soft hover:text-ink">Details</summary>
        <dl className="mt-3 space-y-2">
          {terms && (
            <>
              <Row name="Price per unit">{`${grouped(terms.pricePerUnit)} wei`}</Row>
              <Row name="Units per second">{grouped(terms.unitsPerSecond)}</Row>
              <Row name="Seconds">{String(Number(durationMs) / 1_000)}</Row>
            </>
          )}
          <Wei name="Paid" wei={feesWei} />
          {refundedWei > 0n && <Wei name="Refunded work" wei={refundedWei} />}
          {fineWei > 0n && <Wei name="Fine for a broken source" wei={fineWei} />}
          <Wei name="Network fees of the job" wei={networkWei} />
          <Wei name="Deposit for the job" wei={depositWei} />
          <Wei name="Deposit after the job" wei={leftWei} />
        </dl>
      </details>
    </div>
  )
}

const Wei = ({ name, wei }: { name: string; wei: bigint }) => (
  <Row name={name} wei={wei}>
    {formatEther(wei)} ETH
  </Row>
)

function Row({ name, wei, children }: { name: string; wei?: bigint; children: ReactNode }) {
  return (
    <div className="flex flex-wrap justify-between gap-x-4">
      <dt className="text-ink-soft">{name}</dt>
      <dd data-wei={wei === undefined ? undefined : String(wei)} className="ml-auto break-all text-right tabular-nums">
        {children}
      </dd>
    </div>
  )
}

const count = (segments: number): string => (segments === 1 ? '1 segment' : `${segments} segments`)

const grouped = (count: bigint): string => count.toLocaleString('en-GB')
