import type { Address } from 'viem'
import type { Config as WagmiConfig } from 'wagmi'
import type { Action } from './Action'
import { approval, missingAllowance, signPermit } from './allowance'
import { TransactionError } from './TransactionError'
import { type Prepared, prepare, send, simulate, type Watching } from './transaction'

/** The result of a successful rehearsal. `prepared` is undefined when only the allowance for the token is missing. */
export type Rehearsal = { account: Address; prepared: Prepared | undefined }

/**
 * Simulates an action once. Throws `TransactionError` when the chain refuses the call. If `spending` is set, a missing
 * allowance is not an error: the contract checks the allowance last, and `perform` asks the wallet for the allowance.
 */
export async function rehearse(
  config: WagmiConfig,
  { call, spending }: Pick<Action, 'call' | 'spending'>,
  account: Address,
): Promise<Rehearsal> {
  try {
    return { account, prepared: await simulate(config, call, account) }
  } catch (error) {
    if (spending && error instanceof TransactionError && error.revert?.name === missingAllowance)
      return { account, prepared: undefined }
    throw error
  }
}

/**
 * Sends the request of the rehearsal, and adds a gas limit to it. If the allowance is missing, the wallet signs a permit and
 * sends one transaction. A wallet that cannot sign a permit sends the approval first. Throws `TransactionError`.
 */
export async function perform(
  config: WagmiConfig,
  { call, spending }: Pick<Action, 'call' | 'spending'>,
  { account, prepared }: Rehearsal,
  watching: Pick<Watching, 'onSlow'> = {},
): Promise<void> {
  const sendNow = async (wanted: Prepared) => void (await send(config, wanted, watching))
  if (prepared || !spending) return sendNow(prepared ?? prepare(config, call, account))
  const permit = await signPermit(config, spending, account).catch((cause: unknown) => {
    throw new TransactionError({ functionName: call.functionName, stage: 'unsent', cause })
  })
  if (permit) return sendNow(prepare(config, spending.withPermit(permit), account))
  await sendNow(prepare(config, approval(spending), account))
  await sendNow(prepare(config, call, account))
}
