import { type ReactNode, useState } from 'react'
import { type Address, isAddressEqual } from 'viem'
import { Link } from 'wouter'
import { percent } from '../chain/percent'
import { Button } from '../ui/Button'
import { Select } from '../ui/Select'
import { formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Claiming, Position, Transcoder } from './Claiming'

export type StakeChoiceProps = {
  claiming: Claiming
  position: Position
  label: string
  onStake(to: Address): void
  /** Another button beside the button that stakes. */
  children?: ReactNode
}

/** The choice of a transcoder, and the button that stakes with it. An account that has a stake can only add to this stake. */
export function StakeChoice({ claiming, position, label, onStake, children }: StakeChoiceProps) {
  const [chosen, setChosen] = useState<Address>()
  const { transcoders } = claiming
  const { delegate } = position
  const known = transcoders.find(({ address }) => chosen && isAddressEqual(address, chosen))
  const to = delegate ?? known?.address
  return (
    <div className="mt-4">
      {delegate ? (
        <p className="text-pretty text-sm">
          Your stake is with {shortAddress(delegate)}. The new LPT goes to the same transcoder.
        </p>
      ) : transcoders.length === 0 ? (
        <p className="text-pretty text-ink-soft text-sm">There are no transcoders yet, so you can only claim now.</p>
      ) : (
        <>
          <Select
            label="Stake with which transcoder"
            placeholder="Choose a transcoder to stake with"
            options={transcoders.map((transcoder) => ({ value: transcoder.address, label: optionOf(transcoder) }))}
            value={known?.address}
            onChange={(value) => setChosen(value as Address)}
          />
          <p className="mt-2 text-pretty text-[13px] text-ink-soft">
            Staked LPT earns rewards and fees, and can be slashed with the transcoder. The page{' '}
            <Link href="/stake" className="underline underline-offset-4">
              Stake
            </Link>{' '}
            has the record of each transcoder.
          </p>
        </>
      )}
      <div className="mt-4 flex flex-wrap gap-3">
        <Button disabled={!to} onClick={() => to && onStake(to)}>
          {label}
        </Button>
        {children}
      </div>
    </div>
  )
}

const optionOf = ({ address, stake, blockRewardCut, feeShare }: Transcoder): string =>
  `${shortAddress(address)}: ${formatLpt(stake)}, keeps ${percent(blockRewardCut)} of rewards, shares ${percent(feeShare)} of fees`
