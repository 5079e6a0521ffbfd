import { isAddressEqual } from 'viem'
import { Button } from '../ui/Button'
import { isOwnStake } from './Position'
import type { Staking } from './Staking'
import type { Transcoder } from './Transcoder'
import type { StakeFlow } from './useStakeFlow'

export type StakeButtonProps = { transcoder: Transcoder; staking: Staking; onAsk: StakeFlow['onAsk'] }

/** The button that stakes with a transcoder, or that moves the account's stake to it. Own stake of a transcoder cannot move. */
export function StakeButton({ transcoder: { address }, staking: { position }, onAsk }: StakeButtonProps) {
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
