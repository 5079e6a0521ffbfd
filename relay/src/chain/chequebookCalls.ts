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
    /** Adds to the free deposit of the account `issuer`. Only this account can withdraw the deposit. */
    depositFor: (issuer: Address, amount: bigint) =>
      ({ ...contract, functionName: 'depositFor', args: [issuer], value: amount }) as const,
    /**
     * Lets `key` sign cheques of the caller, until `expiry` and for at most `cap` in total. A later call cannot lower these two limits.
     * `deposit`: the amount that the same transaction adds to the caller's free deposit.
     */
    authorise: (key: Address, { cap, expiry, deposit = 0n }: { cap: bigint; expiry: bigint; deposit?: bigint }) =>
      ({ ...contract, functionName: 'authorise', args: [key, cap, expiry], value: deposit }) as const,
    /** Ends a session key of the caller after the withdrawal delay. */
    revoke: (key: Address) => ({ ...contract, functionName: 'revoke', args: [key] }) as const,
    /** Announces a withdrawal, or cancels it with 0. `Cheque.maxAmount`: the whole deposit. */
    announceWithdrawal: (amount: bigint) =>
      ({ ...contract, functionName: 'announceWithdrawal', args: [amount] }) as const,
    /** Withdraws the amount that the caller has announced, after the withdrawal delay. */
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
    /** Withdraws the amounts that the contract has credited to the caller as a splitee. */
    withdrawCredit: () => ({ ...contract, functionName: 'withdrawCredit', args: [] }) as const,
    /** Cashes one cheque. The caller is the beneficiary of the cheque. */
    cash: (cheque: Cheque.SignedCheque) =>
      ({ ...contract, functionName: 'cash', args: [Cheque.paymentOf(cheque)] }) as const,
    /** Cashes cheques of any issuers. The caller is the beneficiary of all these cheques. */
    cashBatch: (cheques: readonly Cheque.SignedCheque[]) =>
      ({ ...contract, functionName: 'cashBatch', args: [cheques.map(Cheque.paymentOf)] }) as const,
  }
}
