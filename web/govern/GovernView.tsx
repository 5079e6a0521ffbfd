import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import { Link } from 'wouter'
import { ReadingChain } from '../chain/ReadingChain'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import type { Wallet } from '../wallet/Wallet'
import type { Governance } from './Governance'
import { GovernDialog } from './GovernDialog'
import { ParameterCards } from './ParameterCards'
import { PollItem } from './PollItem'
import { ProposalCard } from './ProposalCard'
import { RulesCard } from './RulesCard'
import type { GovernFlow } from './useGovernFlow'

export type GovernViewProps = {
  client: PublicClient
  wallet: Wallet
  /** Undefined until the chain has answered. */
  governance: Governance | undefined
  flow: GovernFlow
  problem: Problem | undefined
  /** Shows more proposals. */
  onShowMore: () => void
}

export function GovernView({ client, wallet, governance, flow, problem, onShowMore }: GovernViewProps) {
  return (
    <div className="grid grow grid-cols-[minmax(0,1fr)] content-start items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22.5rem] lg:gap-6">
      <div className="lg:col-span-2">
        <h1 className="font-semibold text-2xl tracking-tight sm:text-3xl">Govern</h1>
        <p className="mt-2 max-w-[68ch] text-pretty text-ink-soft leading-relaxed">
          Nobody owns this network. Stakers vote on its parameters, on its CommonPool, on its verifier and on its source
          of randomness. A transcoder votes with all stake that is bonded to it, and a delegator can take its own part
          out of this vote.{' '}
          <Link href="/economy" className="text-ink underline underline-offset-4">
            The numbers of the economy
          </Link>
        </p>
      </div>
      {problem && (
        <div className="lg:col-span-2">
          <Notice problem={problem} />
        </div>
      )}
      {governance ? (
        <Numbers {...{ client, wallet, governance, flow, onShowMore }} />
      ) : (
        !problem && (
          <div className="lg:col-span-2">
            <ReadingChain />
          </div>
        )
      )}
    </div>
  )
}

type NumbersProps = Omit<GovernViewProps, 'governance' | 'problem'> & { governance: Governance }

function Numbers({ client, wallet, governance, flow, onShowMore }: NumbersProps) {
  const contracts = contractsOn(client.chain?.id as number)
  const { polls, pollCount } = governance
  return (
    <>
      <div className="grid min-w-0 gap-5 lg:gap-6">
        <Card heading="Proposals" data-testid="proposals">
          {polls.length === 0 && (
            <p className="py-6 text-center text-ink-soft text-sm">
              There are no proposals yet. You can make the first one.
            </p>
          )}
          <ol className="grid gap-5">
            {polls.map((poll) => (
              <PollItem key={String(poll.id)} {...{ poll, governance, contracts }} onAsk={flow.onAsk} />
            ))}
          </ol>
          {polls.length < pollCount && (
            <div className="mt-4 text-center">
              <Button look="outline" size="small" onClick={onShowMore}>
                Show older proposals ({pollCount - polls.length})
              </Button>
            </div>
          )}
        </Card>
        <ProposalCard {...{ client, wallet, governance }} onAsk={flow.onAsk} />
      </div>
      <RulesCard governance={governance} />
      <div className="min-w-0 lg:col-span-2">
        <ParameterCards governance={governance} />
      </div>
      <GovernDialog flow={flow} />
    </>
  )
}
