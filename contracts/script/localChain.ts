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
  zeroHash,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { contractsOn } from '../deployments'
import { localChainId, localKey } from './deploy'
import { presets } from './presets'

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
 * Calls a function of a contract on the local chain as the contract's owner. The owner is the timelock, so the function
 * schedules the call, moves the clock of the chain forward by the timelock's delay, and executes the call. Throws
 * `OwnerCallError` if a transaction reverts.
 */
export async function callAsOwner<const abi extends Abi, functionName extends ContractFunctionName<abi, 'nonpayable'>>({
  rpcUrl,
  ...call
}: { rpcUrl: string } & OwnerCall<abi, functionName>): Promise<void> {
  const transport = http(rpcUrl)
  const client = createPublicClient({ transport, pollingInterval: 100 })
  const wallet = createWalletClient({ account: privateKeyToAccount(localKey(0)), transport })
  const { timelock } = contractsOn(localChainId)
  const data = encodeFunctionData(call as EncodeFunctionDataParameters)
  // A timelock executes an operation only once. The last element is a random salt, so a repeated call is a new operation.
  const operation = [call.address, 0n, data, zeroHash, generatePrivateKey()] as const
  const mined = async (hash: Hex) => {
    const { status } = await client.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new OwnerCallError({ functionName: call.functionName, hash })
  }
  // With a gas limit, viem does not estimate the gas. The estimate of `execute` could fail, because the newest block is
  // older than the end of the delay.
  const send = { chain: null, ...timelock, gas: 2_000_000n }
  const { timelockDelay } = presets.local
  const schedule = [...operation, timelockDelay] as const
  await mined(await wallet.writeContract({ ...send, functionName: 'schedule', args: schedule }))
  await createTestClient({ mode: 'anvil', transport }).increaseTime({ seconds: Number(timelockDelay) })
  await mined(await wallet.writeContract({ ...send, functionName: 'execute', args: operation }))
}

export class OwnerCallError extends Error {
  override readonly name = 'OwnerCallError'
  readonly forPeople = true
  constructor({ functionName, hash }: { functionName: string; hash: Hex }) {
    super(`The timelock did not call ${functionName}: transaction ${hash} reverted.`)
  }
}
