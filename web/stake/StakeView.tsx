import { Link } from 'wouter'
import { ReadingChain } from '../chain/ReadingChain'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import type { Wallet } from '../wallet/Wallet'
import { BecomeCard } from './BecomeCard'
import { hasStake } from './Position'
import { PositionCard } from './PositionCard'
import { RoundBar } from './RoundBar'
import { StakeDialog } from './StakeDialog'
import type { Staking } from './Staking'
import { TranscoderTable } from './TranscoderTable'
import type { StakeFlow } from './useStakeFlow'
import type { TestToken } from './useTestToken'

export type StakeViewProps = {
  wallet: Wallet
  /** Undefined until the chain has answered. */
  staking: Staking | undefined
  flow: StakeFlow
  testToken: TestToken | undefined
  problem: Problem | undefined
  /** Shows more transcoders of the waitlist. */
  onShowMore: () => void
}

/**
 * The staking page. On a phone, an account that has something staked sees its stake first, and all other accounts read first what staking is. On
 * a wide screen, the stake is always at the top right.
 */
export function StakeView({ wallet, staking, flow, testToken, problem, onShowMore }: StakeViewProps) {
  const isFirst = staking?.position !== undefined && hasStake(staking.position)
  const position = staking && (
    <div className="lg:col-start-2 lg:row-span-4 lg:row-start-1">
      <PositionCard wallet={wallet} staking={staking} testToken={testToken} onAsk={flow.onAsk} />
    </div>
  )
  return (
    <div className="grid grow grid-cols-[minmax(0,1fr)] content-start items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22.5rem] lg:grid-rows-[auto_auto_auto_1fr] lg:gap-6">
      <h1 className="font-semibold text-2xl tracking-tight sm:text-3xl lg:col-start-1">Stake</h1>
      {isFirst && position}
      <p
        className={`max-w-[68ch] text-pretty text-ink-soft leading-relaxed lg:col-start-1 lg:-mt-4 ${isFirst ? '' : '-mt-3'}`}
      >
        Transcoders make the lower qualities of every stream. Stake LPT with a transcoder that you trust: you share its
        rewards and fees, and its losses if it is slashed.{' '}
        <Link href="/economy" className="text-ink underline underline-offset-4">
          The numbers of the economy
        </Link>
      </p>
      <div className={`grid gap-5 lg:gap-6 ${staking ? 'lg:col-start-1' : 'lg:col-span-2'}`}>
        {problem && <Notice problem={problem} />}
        {staking ? (
          <RoundBar round={staking.round} onInitialize={() => flow.onAsk({ kind: 'initializeRound' })} />
        ) : (
          !problem && <ReadingChain />
        )}
      </div>
      {!isFirst && position}
      {staking && (
        <div className="grid gap-5 lg:col-start-1 lg:gap-6">
          <TranscoderTable staking={staking} onAsk={flow.onAsk} onShowMore={onShowMore} />
          <BecomeCard staking={staking} />
        </div>
      )}
      {staking && <StakeDialog flow={flow} staking={staking} />}
    </div>
  )
}
