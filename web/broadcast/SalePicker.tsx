import { useId } from 'react'
import { Segmented } from '../ui/Segmented'
import { amountProblem, formatAmount } from '../wallet/amount'
import { incomeOf } from './salePrice'
import type { SaleChoice } from './useSaleChoice'

const options = [
  { value: 'free', label: 'Free' },
  { value: 'paid', label: 'Paid' },
]

/** The broadcaster chooses before the stream begins, because the price of a stream cannot change. */
export function SalePicker({ sale }: { sale: SaleChoice }) {
  const { isPaid, text, weiPerMinute, onPaid, onText } = sale
  const id = useId()
  return (
    <div className="mt-5 space-y-3">
      <Segmented
        label="For viewers"
        options={options}
        value={isPaid ? 'paid' : 'free'}
        onChange={(value) => onPaid(value === 'paid')}
      />
      {isPaid && (
        <div>
          <label htmlFor={id} className="font-medium text-sm">
            Price a minute <span className="font-normal text-ink-soft">in ETH</span>
          </label>
          <input
            id={id}
            value={text}
            onChange={(event) => onText(event.target.value)}
            inputMode="decimal"
            autoComplete="off"
            aria-invalid={weiPerMinute === undefined}
            aria-describedby={`${id}-hint`}
            className="mt-2 h-11 w-full rounded-xl border border-line-strong bg-surface px-3.5 tabular-nums aria-invalid:border-live"
          />
        </div>
      )}
      <p
        id={`${id}-hint`}
        role={weiPerMinute === undefined ? 'alert' : undefined}
        className={`text-pretty text-[13px] leading-relaxed ${weiPerMinute === undefined ? 'text-live' : 'text-ink-soft'}`}
      >
        {hintOf(sale)}
      </p>
    </div>
  )
}

function hintOf({ isPaid, text, weiPerMinute }: SaleChoice): string {
  if (!isPaid) return 'Everybody who has the link can watch without a wallet.'
  if (weiPerMinute === undefined) return amountProblem(text, '0.0001')
  return `The stream is encrypted. A viewer pays for each ten seconds before it can see them. Of ${formatAmount(weiPerMinute)}, you get ${formatAmount(incomeOf(weiPerMinute))}; the transcoder gets the rest, because it sells the keys. There is no recording. If this page is closed or loaded again, the stream ends. A viewer who pays can still pass the picture on.`
}
