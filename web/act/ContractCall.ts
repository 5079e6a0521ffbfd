import type { Abi, Address } from 'viem'

/** One call of a contract. The ABI must hold the contract's custom errors, so that a refusal has a name. */
export type ContractCall = {
  address: Address
  abi: Abi
  functionName: string
  args: readonly unknown[]
  /** Wei that are sent with the call. */
  value?: bigint
}
