// biome-ignore-all lint/a11y/noRedundantRoles: CSS shows the table as cards on a phone, and then a screen reader knows only the written roles
import ChevronDown from 'lucide-react/icons/chevron-down'
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { AddressRef } from '../chain/AddressRef'
import { percent, sharePercent } from '../chain/percent'
import { Button } from '../ui/Button'
import { amountOf, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import { RecordNotes } from './RecordNotes'
import { StakeButton, type StakeButtonProps } from './StakeButton'
import { StandingBadge } from './StandingBadge'
import { isActive, nameOf, pricePerHour, shareOf } from './Transcoder'
import { TranscoderRecord } from './TranscoderRecord'

/** A transcoder with its rates. A click on “Record” shows the past work of the transcoder below the rates, and “Details” is its page. */
export function TranscoderRow({ transcoder, staking, onAsk }: StakeButtonProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { address, stake, blockRewardCut, feeShare } = transcoder
  const share = shareOf(transcoder, staking.transcoders)
  const price = amountOf(pricePerHour(transcoder))
  const name = nameOf(transcoder)
  return (
    <tbody
      role="rowgroup"
      data-testid="transcoder"
      data-address={address}
      data-stake-wei={String(stake)}
      data-active={isActive(transcoder)}
      className="border-line max-md:block max-md:rounded-xl max-md:border max-md:p-4 md:border-b md:last:border-b-0"
    >
      <tr role="row" className="align-top max-md:grid max-md:grid-cols-2 max-md:gap-x-4 max-md:gap-y-3">
        <td role="cell" className="max-md:col-span-2 md:pt-3.5 md:pb-1">
          <AddressRef label="transcoder address" address={address} />
          {name && <p className="max-w-60 truncate text-[13px] text-ink-soft">{name}</p>}
          <div className="mt-1.5">
            <StandingBadge standing={transcoder.standing} />
          </div>
          <RecordNotes transcoder={transcoder} staking={staking} />
        </td>
        <Cell name="Stake" hint={share === undefined ? undefined : `${sharePercent(share)} of active stake`}>
          {formatLpt(stake)}
        </Cell>
        <Cell name="Reward cut">{percent(blockRewardCut)}</Cell>
        <Cell name="Fee share">{percent(feeShare)}</Cell>
        <Cell name="Price per hour" hint="of 720p">
          {price.value} {price.unit}
        </Cell>
        <td role="cell" className="max-md:col-span-2 md:py-2.5 md:pl-3 md:text-right">
          <StakeButton transcoder={transcoder} staking={staking} onAsk={onAsk} />
        </td>
      </tr>
      <tr role="row" className="max-md:mt-2 max-md:block">
        <td role="cell" colSpan={6} className="max-md:block md:pb-3">
          <Button look="quiet" size="small" aria-expanded={isOpen} className="-ml-3" onClick={() => setIsOpen(!isOpen)}>
            Record
            <ChevronDown className={`size-4 ${isOpen ? 'rotate-180' : ''}`} aria-hidden="true" />
          </Button>
          <Button asChild look="quiet" size="small">
            <Link href={`/stake/${address}`} aria-label={`Details of ${shortAddress(address)}`}>
              Details
            </Link>
          </Button>
          {isOpen && <TranscoderRecord transcoder={transcoder} staking={staking} />}
        </td>
      </tr>
    </tbody>
  )
}

function Cell({ name, hint, children }: { name: string; hint?: string | undefined; children: ReactNode }) {
  return (
    <td role="cell" className="whitespace-nowrap tabular-nums md:py-3.5 md:pl-3 md:text-right">
      <span className="block text-[13px] text-ink-soft md:hidden">{name}</span>
      {children}
      {hint !== undefined && <span className="block text-[13px] text-ink-soft">{hint}</span>}
    </td>
  )
}
