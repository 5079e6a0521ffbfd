import { BaseError, ContractFunctionRevertedError } from 'viem'

/** Which custom error a contract reverted with, and its arguments in their order. */
export type Revert = { errorName: string; args: readonly unknown[] }

/** `undefined` when the call failed for another reason, or reverted without a known custom error. */
export function revertOf(error: unknown): Revert | undefined {
  const reverted = error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  if (!(reverted instanceof ContractFunctionRevertedError) || !reverted.data) return undefined
  return { errorName: reverted.data.errorName, args: (reverted.data.args ?? []) as readonly unknown[] }
}

/** Whether a call failed because the contract reverted with this custom error. */
export const isRevert = (error: unknown, errorName: string): boolean => revertOf(error)?.errorName === errorName
