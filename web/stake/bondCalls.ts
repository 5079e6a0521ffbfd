import { contractsOn } from '@lp/contracts/deployments'
import { type Address, isHex, parseSignature, UserRejectedRequestError } from 'viem'
import type { Config as WagmiConfig } from 'wagmi'
import { getBlock, getBytecode, readContract, signTypedData, simulateContract } from 'wagmi/actions'
import { causeOf } from '../wallet/problemOf'
import type { ContractCall } from '../wallet/useTransact'

/** How long a signature can be used. */
const permitS = 3_600n

type Bond = { chainId: number; account: Address; to: Address; amount: bigint }

/**
 * The transactions that bond an amount: one where the token may be taken already, or where the wallet signs the leave to
 * take it; else two. Rejects with viem's error when the wallet's owner says no.
 */
export async function bondCalls(config: WagmiConfig, bond: Bond): Promise<ContractCall[]> {
  const { chainId, account, to, amount } = bond
  const { bondingManager, livepeerToken } = contractsOn(chainId)
  const pair = [account, bondingManager.address] as const
  const plain: ContractCall = { ...bondingManager, functionName: 'bond', args: [amount, to] }
  const allowance = await readContract(config, { ...livepeerToken, functionName: 'allowance', args: pair })
  if (allowance >= amount) return [plain]
  const permitted = await permittedBond(config, bond)
  if (permitted) return [permitted]
  return [{ ...livepeerToken, functionName: 'approve', args: [bondingManager.address, amount] }, plain]
}

/** Undefined where the wallet cannot sign for the token: it is a contract, or does not know typed data. */
async function permittedBond(
  config: WagmiConfig,
  { chainId, account, to, amount }: Bond,
): Promise<ContractCall | undefined> {
  const { bondingManager, livepeerToken } = contractsOn(chainId)
  const [code, nonce, name, block] = await Promise.all([
    getBytecode(config, { address: account }),
    readContract(config, { ...livepeerToken, functionName: 'nonces', args: [account] }),
    readContract(config, { ...livepeerToken, functionName: 'name' }),
    getBlock(config),
  ])
  if (code) return undefined
  const deadline = block.timestamp + permitS
  const signature = await signTypedData(config, {
    domain: { name, version: '1', chainId, verifyingContract: livepeerToken.address },
    types: permitTypes,
    primaryType: 'Permit',
    message: { owner: account, spender: bondingManager.address, value: amount, nonce, deadline },
  }).catch(unlessRejected)
  if (!isHex(signature)) return undefined
  const { r, s, yParity } = parseSignature(signature)
  const args = [amount, to, deadline, 27 + yParity, r, s] as const
  const call = { ...bondingManager, functionName: 'bondWithPermit', args } as const
  const isGood = await simulateContract(config, { ...call, account }).then(
    () => true,
    () => false,
  )
  return isGood ? call : undefined
}

const permitTypes = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

function unlessRejected(error: unknown): undefined {
  if (causeOf(error, UserRejectedRequestError)) throw error
}
