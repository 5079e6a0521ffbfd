import { percent } from '../chain/percent'
import { ReadingChain } from '../chain/ReadingChain'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import { Stat } from '../ui/Stat'
import { amountOf, formatLpt } from '../wallet/amount'
import { type Economy, participationOf } from './Economy'
import type { Work } from './Work'
import { WorkCard } from './WorkCard'

export type EconomyViewProps = {
  /** Undefined until the chain has answered. */
  economy: Economy | undefined
  work: Work | undefined
  problem: Problem | undefined
}

/** The whole economy, for everyone: all numbers come from the chain. */
export function EconomyView({ economy, work, problem }: EconomyViewProps) {
  return (
    <div className="grid grow grid-cols-[minmax(0,1fr)] content-start gap-5 lg:gap-6">
      <div>
        <h1 className="font-semibold text-2xl tracking-tight sm:text-3xl">Economy</h1>
        <p className="mt-2 max-w-[68ch] text-pretty text-ink-soft leading-relaxed">
          All numbers come from the chain, so every person can check them. New LPT go to the transcoders and to those
          who stake with them. Broadcasters pay fees for segments, and slashes and fines go to the CommonPool.
        </p>
      </div>
      {problem && <Notice problem={problem} />}
      {economy ? <Numbers economy={economy} /> : !problem && <ReadingChain />}
      {economy && <WorkCard work={work} isUnread={problem !== undefined} />}
    </div>
  )
}

function Numbers({ economy }: { economy: Economy }) {
  const { round, supply, bonded, participationRate, inflation, mintable, minted, pools } = economy
  const ether = amountOf(pools.wei)
  return (
    <Card heading={`Token, in round ${round}`}>
      <dl className="grid grid-cols-1 gap-5 min-[30rem]:grid-cols-2 lg:grid-cols-3">
        <Stat name="All LPT">
          <span data-testid="supply" data-wei={String(supply)}>
            {formatLpt(supply)}
          </span>
        </Stat>
        <Stat name="Staked" hint={`the target is ${share(participationRate)}`}>
          <span data-testid="bonded" data-wei={String(bonded)}>
            {share(participationOf(economy))}
          </span>
        </Stat>
        <Stat name="New LPT of this round" hint={`${formatLpt(minted)} of ${formatLpt(mintable)} are minted`}>
          {smallShare(inflation)}
        </Stat>
        <Stat name="CommonPool, from slashes">
          <span data-testid="pool-lpt" data-wei={String(pools.lpt)}>
            {formatLpt(pools.lpt)}
          </span>
        </Stat>
        <Stat name="CommonPool, from fines" unit={ether.unit}>
          <span data-testid="pool-eth" data-wei={String(pools.wei)}>
            {ether.value}
          </span>
        </Stat>
      </dl>
    </Card>
  )
}

/** Parts per billion with two decimals. */
const share = (partsPerBillion: bigint): string => percent(partsPerBillion / 1_000n)

/** Parts per billion, exact: the inflation of a round is a small share. */
const smallShare = (partsPerBillion: bigint): string => `${Number(partsPerBillion) / 10_000_000}\u00a0%`
