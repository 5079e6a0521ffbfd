import { type Address, isAddressEqual } from 'viem'
import { AddressRef } from '../chain/AddressRef'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import { Notice } from '../ui/Notice'
import { Stat } from '../ui/Stat'
import { amountOf, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Wallet } from '../wallet/Wallet'
import { LockList } from './LockList'
import { isOwnStake, type Position } from './Position'
import { RecordNotes } from './RecordNotes'
import type { Staking } from './Staking'
import * as TimedRound from './TimedRound'
import type { StakeFlow } from './useStakeFlow'
import type { TestToken } from './useTestToken'

export type PositionCardProps = {
  wallet: Wallet
  staking: Staking
  testToken: TestToken | undefined
  onAsk: StakeFlow['onAsk']
}

const unreadable = {
  sentence: 'Your stake cannot be read now.',
  nextStep: 'Your stake is safe. The page tries again at each block.',
}

/** The wallet's stake and fees, and the buttons with which a person adds stake, unstakes and withdraws. */
export function PositionCard({ wallet, staking, testToken, onAsk }: PositionCardProps) {
  const { position } = staking
  if (staking.isPositionUnreadable && !position)
    return (
      <Card heading="Your stake">
        <Notice problem={unreadable} />
      </Card>
    )
  if (wallet.status !== 'connected' || !position) {
    return (
      <Card heading="Your stake">
        <p className="text-ink-soft text-sm">Connect a wallet to see your stake, or to start staking.</p>
        <Button className="mt-4 w-full" busy={wallet.status !== 'disconnected'} onClick={wallet.onConnect}>
          {wallet.status === 'disconnected' ? 'Connect a wallet' : 'Connecting the wallet'}
        </Button>
      </Card>
    )
  }
  return (
    <Card heading="Your stake">
      <p data-testid="my-stake" data-wei={String(position.stake)} className="font-semibold text-3xl tabular-nums">
        {formatLpt(position.stake)}
      </p>
      <Delegate position={position} staking={staking} onAsk={onAsk} />
      <Fees position={position} onAsk={onAsk} />
      <LockList position={position} staking={staking} onAsk={onAsk} />
      {position.exposed && <Exposed exposed={position.exposed} round={staking.round} />}
      <div className="mt-5 border-line border-t pt-4">
        <div className="flex items-end justify-between gap-3">
          <dl>
            <Stat name="In your wallet">
              <span data-testid="my-balance" data-wei={String(position.balance)}>
                {formatLpt(position.balance)}
              </span>
            </Stat>
          </dl>
          {testToken && (
            <Button size="small" look="outline" busy={testToken.isBusy} onClick={testToken.onGet}>
              Get test LPT
            </Button>
          )}
        </div>
        {testToken?.problem && <Notice problem={testToken.problem} className="mt-3" />}
      </div>
    </Card>
  )
}

type PartProps = { position: Position; staking: Staking; onAsk: StakeFlow['onAsk'] }

function Delegate({ position, staking, onAsk }: PartProps) {
  const { delegate, stake } = position
  if (!delegate)
    return <p className="mt-1 text-pretty text-ink-soft text-sm">To stake, choose a transcoder from the list.</p>
  const transcoder = staking.transcoders.find(({ address }) => isAddressEqual(address, delegate))
  const isKnown = transcoder !== undefined
  return (
    <>
      <p className="mt-1 flex flex-wrap items-center gap-x-2 text-ink-soft text-sm">
        {isOwnStake(position) ? 'with yourself' : 'with'}
        <AddressRef label="transcoder address" address={delegate} />
      </p>
      {transcoder ? (
        <RecordNotes transcoder={transcoder} staking={staking} />
      ) : (
        <Notice className="mt-3" problem={isOwnStake(position) ? selfResigned : resigned} />
      )}
      <div className="mt-4 grid grid-cols-2 gap-2">
        <Button disabled={!isKnown || position.balance === 0n} onClick={() => onAsk(addTo(delegate))}>
          Add
        </Button>
        <Button look="outline" disabled={stake === 0n} onClick={() => onAsk({ kind: 'draftUnbond' })}>
          Unstake
        </Button>
      </div>
    </>
  )
}

const resigned = {
  sentence: 'This transcoder has resigned.',
  nextStep: 'Your stake earns nothing. Move it to another transcoder, or unstake it.',
}

const selfResigned = {
  sentence: 'You have resigned as a transcoder.',
  nextStep: 'Your stake earns nothing. Unstake it. After you withdraw it, you can stake it with another transcoder.',
}

const addTo = (to: Address) => ({ kind: 'draftBond', to }) as const

function Fees({ position: { feesWei }, onAsk }: Omit<PartProps, 'staking'>) {
  const fees = amountOf(feesWei)
  return (
    <div className="mt-5 flex items-end justify-between gap-3 border-line border-t pt-4">
      <dl>
        <Stat name="Fees earned" unit={fees.unit}>
          <span data-testid="my-fees" data-wei={String(feesWei)}>
            {fees.value}
          </span>
        </Stat>
      </dl>
      {feesWei > 0n && (
        <Button size="small" look="outline" onClick={() => onAsk({ kind: 'withdrawFees' })}>
          Withdraw fees
        </Button>
      )}
    </div>
  )
}

function Exposed({ exposed, round }: { exposed: NonNullable<Position['exposed']>; round: TimedRound.TimedRound }) {
  const until = formatMoment(TimedRound.timeOf(round, exposed.untilBlock), Date.now())
  return (
    <Notice
      tone="info"
      className="mt-5"
      problem={{
        sentence: `${formatLpt(exposed.stake)} can still be slashed for work of ${shortAddress(exposed.to)}.`,
        nextStep: `You moved this stake away from that transcoder. Until ${until} the stake can be slashed for work that the transcoder claimed before the move, and you cannot move the stake again.`,
      }}
    />
  )
}
