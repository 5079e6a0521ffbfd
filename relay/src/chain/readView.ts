import {
  type Abi,
  BaseError,
  type Client,
  type ContractFunctionArgs,
  type ContractFunctionName,
  ContractFunctionRevertedError,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hex,
  isHex,
  type ReadContractParameters,
  type ReadContractReturnType,
} from 'viem'

/**
 * Does the work of viem's `readContract` for the newest block. viem's function can do more, for example calls without a deployed contract, and
 * each viewer would download its code (13 kB) before the first picture. Throws viem's errors of the transport, and
 * `ContractFunctionRevertedError`.
 */
export async function readView<
  const abi extends Abi | readonly unknown[],
  name extends ContractFunctionName<abi, 'pure' | 'view'>,
  const args extends ContractFunctionArgs<abi, 'pure' | 'view', name>,
>(client: Client, call: ReadContractParameters<abi, name, args>): Promise<ReadContractReturnType<abi, name, args>> {
  const { abi, address, functionName, args } = call as ReadContractParameters & { args?: readonly unknown[] }
  const data = encodeFunctionData({ abi, functionName, args } as EncodeFunctionDataParameters)
  const result = await client
    .request({ method: 'eth_call', params: [{ to: address, data }, 'latest'] })
    .catch((error) => {
      const reason = reasonOf(error)
      throw reason === undefined ? error : new ContractFunctionRevertedError({ abi, data: reason, functionName })
    })
  return decodeFunctionResult({ abi, functionName, args, data: result }) as ReadContractReturnType<abi, name, args>
}

/** The bytes with which the contract reverted. Some nodes put them into an object. `undefined`: the call failed for another reason. */
function reasonOf(error: unknown): Hex | undefined {
  const found =
    error instanceof BaseError && error.walk((cause) => cause !== null && typeof cause === 'object' && 'data' in cause)
  const { data } = (found || {}) as { data?: unknown }
  const reason = typeof data === 'object' && data !== null && 'data' in data ? data.data : data
  return isHex(reason) && reason !== '0x' ? reason : undefined
}
