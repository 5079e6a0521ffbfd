import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import { Spinner } from '../ui/Spinner'
import type { Wallet } from '../wallet/Wallet'
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

export function StakeView({ wallet, staking, flow, testToken, problem, onShowMore }: StakeViewProps) {
  return (
    <div className="grid grow content-start gap-5 lg:gap-6">
      <div className="max-w-[68ch]">
        <h1 className="font-semibold text-2xl tracking-tight sm:text-3xl">Stake</h1>
        <p className="mt-2 text-pretty text-ink-soft leading-relaxed">
          Transcoders make the lower qualities of every stream. Stake LPT with a transcoder that you trust: you share
          its rewards and fees, and its losses if it is slashed.
        </p>
      </div>
      {problem && <Notice problem={problem} />}
      {staking ? (
        <>
          <RoundBar round={staking.round} onInitialize={() => flow.onAsk({ kind: 'initializeRound' })} />
          <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22.5rem] lg:gap-6">
            <div className="lg:col-start-2 lg:row-start-1">
              <PositionCard wallet={wallet} staking={staking} testToken={testToken} onAsk={flow.onAsk} />
            </div>
            <div className="min-w-0 lg:col-start-1 lg:row-start-1">
              <TranscoderTable staking={staking} onAsk={flow.onAsk} onShowMore={onShowMore} />
            </div>
          </div>
          <StakeDialog flow={flow} staking={staking} />
        </>
      ) : (
        !problem && (
          <p role="status" className="flex items-center justify-center gap-3 py-24 text-ink-soft">
            <Spinner className="size-5" />
            Reading the chain
          </p>
        )
      )}
    </div>
  )
}
