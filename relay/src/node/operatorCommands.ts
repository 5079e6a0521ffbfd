import { formatEther } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { blockSeconds } from '../chain/blockSeconds'
import { RevertError, Sender } from '../chain/Sender'
import { Operator } from '../rounds/Operator'
import { connect } from './connect'
import { RelayError } from './RelayError'

export type OperatorOptions = { rpcUrl: string; account: PrivateKeyAccount }

/** Each does one thing with the operator's own stake, and resolves to a sentence on what happens until when. */
export const operatorCommands = {
  async unbond(options: OperatorOptions & { amount: bigint }): Promise<string> {
    return as(options, async (operator, when) => {
      const { withdrawRound, bonded } = await operator.unbond(options.amount)
      const rest =
        bonded === 0n
          ? 'Nothing stays bonded: this key has resigned.'
          : `${lpt(bonded)} stay bonded: start lp-relay with no higher --stake, or it bonds more.`
      return `${lpt(options.amount)} can be withdrawn from round ${withdrawRound} on, ${await when(withdrawRound)}; until then they answer for the work that they backed. ${rest}`
    })
  },

  async withdraw(options: OperatorOptions): Promise<string> {
    return as(options, async (operator, when) => {
      const { fees, stake, waiting } = await operator.withdraw()
      const next = waiting[0]
      const later = next
        ? ` ${lpt(waiting.reduce((sum, { amount }) => sum + amount, 0n))} are still unbonding; the next can be withdrawn from round ${next.withdrawRound} on, ${await when(next.withdrawRound)}.`
        : ''
      return `Withdrawn to ${operator.address}: ${lpt(stake)} and ${formatEther(fees)} ETH of fees.${later}`
    })
  },

  async resign(options: OperatorOptions): Promise<string> {
    return as(options, async (operator, when) => {
      await operator.resign()
      const next = (await operator.currentRound()) + 1n
      return `Resigned: no new jobs from now on, no part in rounds from round ${next} on, ${await when(next)}. The stake stays bonded, and slashable, until it is unbonded; what was worked for is claimed as long as the relay runs. Started again, lp-relay registers again.`
    })
  },
}

type When = (round: bigint) => Promise<string>

async function as(
  { rpcUrl, account }: OperatorOptions,
  act: (operator: Operator, when: When) => Promise<string>,
): Promise<string> {
  const { chainId, client, wallet } = await connect({ rpcUrl, account })
  const sender = new Sender({ client, wallet })
  const operator = new Operator({ client, sender, chainId })
  const when: When = async (round) => {
    const blocks = await operator.blocksUntil(round)
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
    throw cause
  } finally {
    // Else it would look after what it has sent, and the command would not end.
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

function sentences({ errorName, args, message }: RevertError): string {
  if (errorName === 'InsufficientStake') return `Only ${lpt(args[1] as bigint)} are bonded. Unbond less.`
  if (errorName === 'NotTranscoder') return 'This key is no transcoder: there is nothing to resign from.'
  if (errorName === 'ZeroAmount') return 'The amount must be more than nothing.'
  return message
}
