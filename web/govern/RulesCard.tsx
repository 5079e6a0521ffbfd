import type { ReactNode } from 'react'
import { AddressRef } from '../chain/AddressRef'
import * as Clock from '../chain/Clock'
import { span } from '../chain/span'
import { Card } from '../ui/Card'
import { formatMoment } from '../ui/formatMoment'
import { Stat } from '../ui/Stat'
import { amountOf, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import type { Governance } from './Governance'
import * as Unit from './Unit'

/** The pools, the seats and the rules of a vote, which no proposal needs to name. */
export function RulesCard({ governance }: { governance: Governance }) {
  const { pools, seats, seatUpdates, threshold, quorum, account, inForce, clock } = governance
  const { governor } = inForce
  const ether = amountOf(pools.wei)
  const moment = (block: bigint) => formatMoment(Clock.timeOf(clock, block), Date.now())
  return (
    <div className="grid min-w-0 gap-5 lg:gap-6">
      <Card heading="CommonPool">
        <dl className="grid grid-cols-2 gap-4">
          <Stat name="From slashes">
            <span data-testid="pool-lpt" data-wei={String(pools.lpt)}>
              {formatLpt(pools.lpt)}
            </span>
          </Stat>
          <Stat name="From fines" unit={ether.unit}>
            <span data-testid="pool-eth" data-wei={String(pools.wei)}>
              {ether.value}
            </span>
          </Stat>
        </dl>
      </Card>
      <Card heading="Rules of a vote">
        <dl className="grid gap-3 text-sm">
          {account && (
            <Fact name="Your own stake">
              <span data-testid="own-stake" data-wei={String(account.stake)}>
                {formatLpt(account.stake)}
              </span>
            </Fact>
          )}
          <Fact name="Own stake that a proposal needs">{formatLpt(threshold)}</Fact>
          <Fact name="Quorum: stake that must vote for it, or abstain">{formatLpt(quorum)}</Fact>
          <Fact name="Time to vote">
            {Unit.format('blocks', governor.votingPeriod ?? 0n)},{' '}
            {span(Number(governor.votingPeriod) * clock.blockTimeMs)}
          </Fact>
          <Fact name="From queueing to execution">{span(1_000 * Number(governor.timelockDelay))}</Fact>
        </dl>
      </Card>
      <Card heading="Seats">
        <dl className="grid gap-3 text-sm">
          <Fact name="Verifier of new jobs">
            <AddressRef label="address of the verifier" address={seats.verifier} />
          </Fact>
          <Fact name="Source of randomness">
            <AddressRef label="address of the source of randomness" address={seats.randomness} />
          </Fact>
        </dl>
        {seatUpdates.length > 2 && (
          <details className="mt-3 text-sm">
            <summary className="cursor-pointer text-ink-soft">Earlier changes</summary>
            <ul className="mt-2 grid gap-1 text-[13px] text-ink-soft">
              {seatUpdates
                .slice(-20)
                .reverse()
                .map(({ seat, to, block }) => (
                  <li key={`${seat} ${block} ${to}`}>
                    {moment(block)}: {seat === 'verifier' ? 'verifier' : 'source of randomness'} {shortAddress(to)}
                  </li>
                ))}
            </ul>
          </details>
        )}
      </Card>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[13px] text-ink-soft">{name}</dt>
      <dd className="mt-0.5 tabular-nums">{children}</dd>
    </div>
  )
}
