import { BaseError, ContractFunctionRevertedError } from 'viem'

/** The custom error with which a contract reverted, and its arguments in order. */
export type Revert = { errorName: string; args: readonly unknown[] }

/**
 * The custom error in an error of viem. `undefined` when the call failed for another reason, or when the ABI does not name the
 * custom error.
 */
export function revertOf(error: unknown): Revert | undefined {
  const reverted = error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  if (!(reverted instanceof ContractFunctionRevertedError) || !reverted.data) return undefined
  return { errorName: reverted.data.errorName, args: (reverted.data.args ?? []) as readonly unknown[] }
}

/** Whether the contract reverted with this custom error. */
export const isRevert = (error: unknown, errorName: string): boolean => revertOf(error)?.errorName === errorName
