import { chequebookAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import { Cheque } from '@lp/contracts/protocol'
import type { Address } from 'viem'

/**
 * The calls of the Chequebook contract, for `Sender` and for a wallet. Amounts in wei, times in Unix seconds. Throws
 * `UnknownChainError`.
 */
export function chequebookCalls(chainId: number) {
  const contract = { abi: chequebookAbi, address: deploymentOn(chainId).chequebook } as const
  return {
    /** Adds to the caller's free deposit. */
    deposit: (amount: bigint) => ({ ...contract, functionName: 'deposit', args: [], value: amount }) as const,
    /** Adds to the free deposit of another account, which alone can withdraw it. */
    depositFor: (issuer: Address, amount: bigint) =>
      ({ ...contract, functionName: 'depositFor', args: [issuer], value: amount }) as const,
    /**
     * Lets `key` sign cheques of the caller up to `cap` in all and until `expiry`. Neither can be lowered later. `deposit`: what the same
     * transaction adds to the free deposit.
     */
    authorise: (key: Address, { cap, expiry, deposit = 0n }: { cap: bigint; expiry: bigint; deposit?: bigint }) =>
      ({ ...contract, functionName: 'authorise', args: [key, cap, expiry], value: deposit }) as const,
    /** Ends a session key of the caller after the withdrawal delay. */
    revoke: (key: Address) => ({ ...contract, functionName: 'revoke', args: [key] }) as const,
    /** Announces a withdrawal, or cancels it with 0. `Cheque.maxAmount`: the whole deposit. */
    announceWithdrawal: (amount: bigint) =>
      ({ ...contract, functionName: 'announceWithdrawal', args: [amount] }) as const,
    /** Withdraws what the caller has announced, after the withdrawal delay. */
    withdraw: () => ({ ...contract, functionName: 'withdraw', args: [] }) as const,
    /** Moves `amount` from the free deposit to the hard deposit of a channel. `deposit`: as in `authorise`. */
    increaseHardDeposit: (channel: Cheque.Channel, { amount, deposit = 0n }: { amount: bigint; deposit?: bigint }) =>
      ({
        ...{ ...contract, functionName: 'increaseHardDeposit', value: deposit },
        args: [channel.beneficiary, Cheque.splitOf(channel), amount],
      }) as const,
    /** Prepares a decrease of the hard deposit, or cancels it with 0. */
    prepareDecrease: (channel: Cheque.Channel, amount: bigint) =>
      ({
        ...{ ...contract, functionName: 'prepareDecrease' },
        args: [channel.beneficiary, Cheque.splitOf(channel), amount],
      }) as const,
    /** Moves the prepared amount to the free deposit, after the withdrawal delay. */
    decreaseHardDeposit: (channel: Cheque.Channel) =>
      ({
        ...{ ...contract, functionName: 'decreaseHardDeposit' },
        args: [channel.beneficiary, Cheque.splitOf(channel)],
      }) as const,
    /** Withdraws what splits have credited to the caller. */
    withdrawCredit: () => ({ ...contract, functionName: 'withdrawCredit', args: [] }) as const,
    /** Cashes one cheque to the caller. */
    cash: (cheque: Cheque.SignedCheque) =>
      ({ ...contract, functionName: 'cash', args: [Cheque.paymentOf(cheque)] }) as const,
    /** Cashes cheques of any issuers to the caller. */
    cashBatch: (cheques: readonly Cheque.SignedCheque[]) =>
      ({ ...contract, functionName: 'cashBatch', args: [cheques.map(Cheque.paymentOf)] }) as const,
  }
}
