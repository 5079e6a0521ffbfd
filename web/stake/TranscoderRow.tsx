// biome-ignore-all lint/a11y/noRedundantRoles: CSS shows the table as cards on a phone, and then a screen reader knows only the written roles
import ChevronDown from 'lucide-react/icons/chevron-down'
import { type ReactNode, useState } from 'react'
import { isAddressEqual } from 'viem'
import { Button } from '../ui/Button'
import { StatusBadge } from '../ui/StatusBadge'
import { amountOf, formatLpt } from '../wallet/amount'
import { AddressRef } from './AddressRef'
import { isOwnStake } from './Position'
import { percent } from './percent'
import { RecordNotes } from './RecordNotes'
import type { Staking } from './Staking'
import { isActive, pricePerHour, shareOf, type Transcoder } from './Transcoder'
import { TranscoderRecord } from './TranscoderRecord'
import type { StakeFlow } from './useStakeFlow'

export type TranscoderRowProps = { transcoder: Transcoder; staking: Staking; onAsk: StakeFlow['onAsk'] }

/** A transcoder with its rates. A click on “Record” shows the past work of the transcoder below the rates. */
export function TranscoderRow({ transcoder, staking, onAsk }: TranscoderRowProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { address, stake, blockRewardCut, feeShare } = transcoder
  const share = shareOf(transcoder, staking.transcoders)
  const price = amountOf(pricePerHour(transcoder))
  const { tone, text } = standings[transcoder.standing]
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
          <div className="mt-1.5">
            <StatusBadge tone={tone}>{text}</StatusBadge>
          </div>
          <RecordNotes transcoder={transcoder} staking={staking} />
        </td>
        <Cell name="Stake" hint={share === undefined ? undefined : `${percentOf(share)} of active stake`}>
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

const standings = {
  active: { tone: 'good', text: 'Active' },
  next: { tone: 'neutral', text: 'Active from the next round' },
  guest: { tone: 'good', text: 'Active this round' },
  waiting: { tone: 'neutral', text: 'Waiting for a seat' },
} as const

function StakeButton({ transcoder: { address }, staking: { position }, onAsk }: TranscoderRowProps) {
  const { delegate, account } = position ?? {}
  if (delegate && isAddressEqual(delegate, address))
    return <span className="text-[13px] text-accent leading-9">{account === address ? 'You' : 'Your transcoder'}</span>
  if (position && isOwnStake(position)) return null
  const isMove = delegate !== undefined
  return (
    <Button
      size="small"
      look="outline"
      className="max-md:w-full"
      onClick={() => onAsk(isMove ? { kind: 'move', to: address } : { kind: 'draftBond', to: address })}
    >
      {isMove ? 'Move here' : 'Stake'}
    </Button>
  )
}

/** A small share is not shown as 0 %, and a large share is not shown as 100 %. */
function percentOf(share: number): string {
  if (share < 0.001) return '<0.1 %'
  if (share < 1 && share > 0.999) return '>99.9 %'
  return `${Number((100 * share).toFixed(1))} %`
}
