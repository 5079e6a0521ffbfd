import type { Abi, Address } from 'viem'

/**
 * One call of a contract. The ABI must contain the contract's custom errors, because the page finds the sentence for an error by the error's
 * name.
 */
export type ContractCall = {
  address: Address
  abi: Abi
  functionName: string
  args: readonly unknown[]
  /** Wei that are sent with the call. */
  value?: bigint
}
