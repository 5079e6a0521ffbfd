import { formatEther } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { blockSeconds } from '../chain/blockSeconds'
import { RevertError, Sender } from '../chain/Sender'
import { OvertakenError } from '../chain/SentTransactions'
import { Operator } from '../rounds/Operator'
import { type ChainOptions, connect } from './connect'
import { RelayError } from './RelayError'

export type OperatorOptions = ChainOptions & { account: PrivateKeyAccount }

/** Actions on the operator's own stake. Each action resolves to a text with the result and the next deadline. */
export const operatorCommands = {
  async unbond(options: OperatorOptions & { amount: bigint }): Promise<string> {
    return as(options, async (operator, when) => {
      const { withdrawBlock, bonded } = await operator.unbond(options.amount)
      const { isTranscoder, minSelfStake } = await operator.role()
      const rest = !isTranscoder
        ? `${lpt(bonded)} stay bonded. This key is not a transcoder now, because a transcoder needs an own stake of ${lpt(minSelfStake)}.`
        : `${lpt(bonded)} stay bonded. Start lp-relay with a --stake of at most this amount; otherwise lp-relay bonds more.`
      return `${lpt(options.amount)} can be withdrawn from block ${withdrawBlock} on, ${await when(withdrawBlock)}. Until then this stake can be slashed for work that this key claimed before. ${rest}`
    })
  },

  async withdraw(options: OperatorOptions): Promise<string> {
    return as(options, async (operator, when) => {
      const { fees, stake, waiting } = await operator.withdraw()
      const next = waiting[0]
      const later = next
        ? ` ${lpt(waiting.reduce((sum, { amount }) => sum + amount, 0n))} are still unbonding. The next part can be withdrawn from block ${next.withdrawBlock} on, ${await when(next.withdrawBlock)}.`
        : ''
      return `Withdrawn to ${operator.address}: ${lpt(stake)} and ${formatEther(fees)} ETH of fees.${later}`
    })
  },

  async resign(options: OperatorOptions): Promise<string> {
    return as(options, async (operator, when) => {
      await operator.resign()
      const next = (await operator.currentRound()) + 1n
      return `Resigned. This key gets no new jobs from now on, and is not active from round ${next} on, ${await when(await operator.nextRoundBlock())}. The stake stays bonded. It can be slashed until it is unbonded and its unbonding period has ended. Keep lp-relay running until its finished work is claimed. If lp-relay is started again, it registers again.`
    })
  },
}

type When = (block: bigint) => Promise<string>

async function as(options: OperatorOptions, act: (operator: Operator, when: When) => Promise<string>): Promise<string> {
  const { chainId, client, wallet } = await connect(options)
  const sender = new Sender({ client, wallet })
  const operator = new Operator({ client, sender, chainId })
  const when: When = async (block) => {
    const blocks = await operator.blocksUntil(block)
    const seconds = (await blockSeconds(client)) ?? 0
    const hours = (Number(blocks) * seconds) / 3_600
    return hours < 2
      ? `in ${blocks} blocks`
      : `in about ${hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`}`
  }
  try {
    return await act(operator, when)
  } catch (cause) {
    if (cause instanceof RevertError) throw new RefusedError({ cause })
    if (cause instanceof Error && cause.cause instanceof OvertakenError) throw new ReplacedError({ cause })
    throw cause
  } finally {
    // Without this call the sender keeps watching its transactions, and the command does not end.
    sender.close()
  }
}

const lpt = (amount: bigint) => `${formatEther(amount)} LPT`

export class RefusedError extends RelayError {
  override readonly name = 'RefusedError'
  constructor({ cause }: { cause: RevertError }) {
    super(sentences(cause), { cause })
  }
}

export class ReplacedError extends RelayError {
  override readonly name = 'ReplacedError'
  constructor(options: ErrorOptions) {
    super(
      'The transaction had no effect, because another transaction of this key took its place: it was cancelled or replaced in a wallet. Run the command again.',
      options,
    )
  }
}

function sentences({ errorName, args, message }: RevertError): string {
  if (errorName === 'InsufficientStake') return `Only ${lpt(args[1] as bigint)} are bonded. Unbond a smaller amount.`
  if (errorName === 'NotTranscoder') return 'This key is not a transcoder, so it cannot resign.'
  if (errorName === 'TooManyOwnLocks')
    return `This key has ${args[0]} parts of stake that are unbonding or can be withdrawn. Run lp-relay withdraw first.`
  if (errorName === 'RewardsMissed')
    return `This key has missed ${args[1]} rewards. It must be slashed for them before it can unbond: wait until a relay reports it, or resign.`
  if (errorName === 'ZeroAmount') return 'The amount must be more than 0.'
  return message
}
