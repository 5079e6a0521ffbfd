import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createPublicClient,
  createTestClient,
  createWalletClient,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hex,
  http,
  parseEther,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { contractsOn } from '../deployments'
import { localChainId, localKey } from './deploy'

/** Sends `stake` (LPT, in units of 10^-18) and ether for gas to an operator on the local chain. */
export async function fundOperator({
  rpcUrl,
  operator,
  stake,
}: {
  rpcUrl: string
  operator: Address
  stake: bigint
}): Promise<void> {
  const transport = http(rpcUrl)
  const client = createPublicClient({ transport, pollingInterval: 100 })
  const wallet = createWalletClient({ account: privateKeyToAccount(localKey(0)), transport })
  const { livepeerToken } = contractsOn(localChainId)
  const sent: Hex[] = [
    await wallet.sendTransaction({ chain: null, to: operator, value: parseEther('10') }),
    await wallet.writeContract({ chain: null, ...livepeerToken, functionName: 'transfer', args: [operator, stake] }),
  ]
  await Promise.all(sent.map((hash) => client.waitForTransactionReceipt({ hash })))
}

/** A call of a function of one of our contracts. */
export type OwnerCall<abi extends Abi, functionName extends ContractFunctionName<abi, 'nonpayable'>> = {
  abi: abi
  address: Address
  functionName: functionName
  args: ContractFunctionArgs<abi, 'nonpayable', functionName>
}

/**
 * Calls a function of a contract on the local chain as the contract's owner, the timelock. Outside of tests, only a proposal that won a vote
 * can do this. anvil lets the caller send transactions of any account. Throws `OwnerCallError` if the transaction reverts.
 */
export async function callAsOwner<const abi extends Abi, functionName extends ContractFunctionName<abi, 'nonpayable'>>({
  rpcUrl,
  ...call
}: { rpcUrl: string } & OwnerCall<abi, functionName>): Promise<void> {
  const transport = http(rpcUrl)
  const client = createPublicClient({ transport, pollingInterval: 100 })
  const anvil = createTestClient({ mode: 'anvil', transport })
  const { address: timelock } = contractsOn(localChainId).timelock
  await anvil.setBalance({ address: timelock, value: parseEther('1') })
  await anvil.impersonateAccount({ address: timelock })
  const data = encodeFunctionData(call as EncodeFunctionDataParameters)
  const wallet = createWalletClient({ account: timelock, transport })
  const hash = await wallet.sendTransaction({ chain: null, to: call.address, data, gas: 2_000_000n })
  const { status } = await client.waitForTransactionReceipt({ hash })
  if (status !== 'success') throw new OwnerCallError({ functionName: call.functionName, hash })
}

export class OwnerCallError extends Error {
  override readonly name = 'OwnerCallError'
  readonly forPeople = true
  constructor({ functionName, hash }: { functionName: string; hash: Hex }) {
    super(`The timelock did not call ${functionName}: transaction ${hash} reverted.`)
  }
}
