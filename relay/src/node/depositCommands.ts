import { Cheque } from '@lp/contracts/protocol'
import { formatEther } from 'viem'
import { chequebookCalls } from '../chain/chequebookCalls'
import { readChequebook } from '../chain/readChequebook'
import { Sender } from '../chain/Sender'
import { connect } from './connect'
import type { OperatorOptions } from './operatorCommands'

/** Actions on the deposit that pays the cheques of a relay. Each action resolves to a text with the result and the next step. */
export const depositCommands = {
  /** `amount` in wei. */
  deposit: (options: OperatorOptions & { amount: bigint }): Promise<string> =>
    as(options, async ({ client, sender, calls }) => {
      await sender.send(calls.deposit(options.amount))
      const { deposit } = await readChequebook(client, { issuer: sender.address })
      return `Deposited ${ether(options.amount)}. The deposit of ${sender.address} is now ${ether(deposit)}, and pays the cheques of this key.`
    }),

  /** Announces the withdrawal of the whole deposit, or withdraws the deposit if the delay has passed. */
  withdrawDeposit: (options: OperatorOptions): Promise<string> =>
    as(options, async ({ client, sender, calls }) => {
      const issuer = sender.address
      const { deposit, withdrawal, withdrawableAt, withdrawalDelay } = await readChequebook(client, { issuer })
      if (deposit === 0n) return `${issuer} has no deposit.`
      const { timestamp } = await client.getBlock()
      if (withdrawal === 0n) {
        await sender.send(calls.announceWithdrawal(Cheque.maxAmount))
        return `Announced the withdrawal of ${ether(deposit)}. Run this command again in ${inTime(withdrawalDelay)}. Until then, payees cash the cheques that they hold, and accept no new cheques.`
      }
      if (timestamp < withdrawableAt)
        return `The withdrawal is announced. Run this command again in ${inTime(withdrawableAt - timestamp)}.`
      await sender.send(calls.withdraw())
      return `Withdrawn to ${issuer}: ${ether(min(deposit, withdrawal))}.`
    }),
}

type Tools = Pick<Awaited<ReturnType<typeof connect>>, 'client'> & {
  sender: Sender
  calls: ReturnType<typeof chequebookCalls>
}

async function as(options: OperatorOptions, act: (tools: Tools) => Promise<string>): Promise<string> {
  const { chainId, client, wallet } = await connect(options)
  const sender = new Sender({ client, wallet })
  try {
    return await act({ client, sender, calls: chequebookCalls(chainId) })
  } finally {
    // Without this call the sender keeps watching its transactions, and the command does not end.
    sender.close()
  }
}

const ether = (wei: bigint) => `${formatEther(wei)} ETH`

const min = (one: bigint, other: bigint) => (one < other ? one : other)

function inTime(seconds: bigint): string {
  if (seconds < 120n) return `${seconds} s`
  return seconds < 7_200n ? `${(seconds + 59n) / 60n} min` : `${(seconds + 3_599n) / 3_600n} h`
}
