import { useId } from 'react'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import type { Wallet } from '../wallet/Wallet'
import { type Claiming, isClosed } from './Claiming'
import { closingText } from './closingText'
import type { AddressForm } from './useAddressForm'

export type AddressCardProps = { wallet: Wallet; form: AddressForm; claiming: Claiming }

/** The form for an address, and the time until which allocations can be claimed. */
export function AddressCard({ wallet, form, claiming }: AddressCardProps) {
  const { text, problem, address, onText, onSubmit, onClear } = form
  const id = useId()
  const until = closingText(claiming.closingTime)
  return (
    <Card heading="Look up an address">
      <form onSubmit={onSubmit} noValidate>
        <label htmlFor={id} className="font-medium text-sm">
          Address
        </label>
        <div className="mt-1 flex flex-wrap gap-2">
          <input
            id={id}
            value={text}
            onChange={(event) => onText(event.target.value)}
            placeholder="0x…"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={100}
            aria-invalid={problem !== undefined}
            aria-describedby={`${id}-note`}
            className="h-11 min-w-0 grow basis-56 rounded-xl border border-line-strong bg-surface px-3.5 font-mono text-sm placeholder:text-ink-soft aria-invalid:border-live"
          />
          <Button type="submit" look="outline">
            Look up
          </Button>
        </div>
        <p
          id={`${id}-note`}
          role={problem ? 'alert' : undefined}
          className={`mt-2 text-pretty text-[13px] ${problem ? 'text-live' : 'text-ink-soft'}`}
        >
          {problem ??
            (isClosed(claiming)
              ? `Allocations could be claimed until ${until}.`
              : `Allocations can be claimed until ${until}.`)}
        </p>
      </form>
      {wallet.status !== 'connected' && (
        <Button className="mt-4" busy={wallet.status === 'connecting'} onClick={wallet.onConnect}>
          Connect a wallet
        </Button>
      )}
      {wallet.status === 'connected' && address && (
        <Button look="quiet" size="small" className="mt-3 -ml-3" onClick={onClear}>
          Show the allocation of my wallet
        </Button>
      )}
    </Card>
  )
}
