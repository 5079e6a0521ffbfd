import { type Address, isAddressEqual } from 'viem'
import { AddressRef } from '../chain/AddressRef'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Spinner } from '../ui/Spinner'
import { formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Wallet } from '../wallet/Wallet'
import type { Allocation } from './Allocation'
import { type Claiming, isClosed } from './Claiming'
import type { Intent } from './Intent'
import { StakeChoice } from './StakeChoice'
import type { FoundAllocation } from './useAllocation'

export type AllocationCardProps = {
  wallet: Wallet
  account: Address
  found: FoundAllocation
  claiming: Claiming
  onAsk(intent: Intent): void
}

/** The allocation of an account: whether it is paid, and what the wallet can do with it now. */
export function AllocationCard({ wallet, account, found, claiming, onAsk }: AllocationCardProps) {
  const { allocation, isAbsent, problem } = found
  const state = stateOf(found, claiming)
  return (
    <Card
      heading={
        <>
          Allocation of <AddressRef label="address of the allocation" address={account} />
        </>
      }
      data-testid="allocation"
      data-state={state}
      data-wei={allocation && String(allocation.amount)}
    >
      {isAbsent && (
        <p className="text-pretty text-sm">
          <span className="font-medium">This address is not in the list.</span> Check whether you have another address,
          for example on another device.
        </p>
      )}
      {!allocation && !isAbsent && !problem && (
        <p role="status" className="flex items-center gap-3 text-ink-soft text-sm">
          <Spinner className="size-4" />
          Looking in the list
        </p>
      )}
      {allocation && (
        <>
          <p className="font-semibold text-3xl tabular-nums">{formatLpt(allocation.amount)}</p>
          <p className="mt-1 text-pretty text-ink-soft text-sm">{sentences[state]}</p>
          <Actions {...{ wallet, allocation, claiming, onAsk }} />
        </>
      )}
    </Card>
  )
}

type State = 'loading' | 'absent' | 'open' | 'claimed' | 'closed'

function stateOf({ allocation, isAbsent }: FoundAllocation, claiming: Claiming): State {
  if (!allocation || claiming.isClaimed === undefined) return isAbsent ? 'absent' : 'loading'
  if (claiming.isClaimed) return 'claimed'
  return isClosed(claiming) ? 'closed' : 'open'
}

const sentences: Readonly<Record<State, string>> = {
  ...{ loading: '', absent: '', open: 'Not claimed yet.', claimed: 'Claimed: the LPT was sent to the address.' },
  closed: 'It was not claimed in time. Unclaimed LPT goes to the CommonPool, and stakers vote about it.',
}

type ActionsProps = Omit<AllocationCardProps, 'account' | 'found'> & { allocation: Allocation }

function Actions({ wallet, allocation, claiming, onAsk }: ActionsProps) {
  const { isClaimed, position } = claiming
  const { account, amount } = allocation
  const isOwn = position !== undefined && isAddressEqual(position.account, account)
  const onClaim = (to?: Address) => onAsk({ kind: 'claim', allocation, to })
  if (isClaimed === undefined || (!isClaimed && isClosed(claiming))) return null
  if (!isClaimed)
    return isOwn ? (
      <StakeChoice {...{ claiming, position }} label="Claim and stake" onStake={onClaim}>
        <Button look="outline" onClick={() => onClaim()}>
          Claim only
        </Button>
      </StakeChoice>
    ) : (
      <Button className="mt-4" onClick={() => onClaim()}>
        {wallet.status === 'connected' ? `Claim for ${shortAddress(account)}` : 'Connect a wallet to claim'}
      </Button>
    )
  // An account that has claimed, or for which another account has claimed, can still stake the LPT.
  const left = isOwn && position.balance < amount ? position.balance : amount
  return isOwn && left > 0n ? (
    <StakeChoice
      {...{ claiming, position }}
      label={`Stake ${formatLpt(left)}`}
      onStake={(to) => onAsk({ kind: 'stake', amount: left, to })}
    />
  ) : null
}
