import { logOf } from 'lp-relay/log'
import {
  type Abi,
  type Address,
  type Hex,
  isAddressEqual,
  isHex,
  parseAbi,
  parseSignature,
  recoverTypedDataAddress,
} from 'viem'
import type { Config as WagmiConfig } from 'wagmi'
import { getBlock, getBytecode, readContract, signTypedData } from 'wagmi/actions'
import { declinedSilently, isDeclined } from '../wallet/isDeclined'
import type { ContractCall } from './ContractCall'

const log = logOf('act')

/** The tokens (ERC-20 with EIP-2612) that a call takes out of the wallet. The contract needs an allowance for these tokens. */
export type Spending = {
  token: { address: Address; abi: Abi }
  /** The contract that takes the tokens. */
  spender: Address
  /** In units of 10^-18. */
  amount: bigint
  /** The same call with a signed permit, which gives the allowance in the same transaction. */
  withPermit(permit: Permit): ContractCall
}

/** A permit's signature, as arguments of the contracts. `deadline` is Unix time in seconds. */
export type Permit = { deadline: bigint; v: number; r: Hex; s: Hex }

/** The error with which a token refuses a call without enough allowance (ERC-6093). */
export const missingAllowance = 'ERC20InsufficientAllowance'

/** The time for which a permit is valid, in seconds. */
const permitS = 3_600n

const tokenAbi = parseAbi([
  'function nonces(address owner) view returns (uint256)',
  'function name() view returns (string)',
])

/** The transaction that gives the allowance, for wallets that cannot sign a permit. */
export const approval = ({ token, spender, amount }: Spending): ContractCall => ({
  ...token,
  functionName: 'approve',
  args: [spender, amount],
})

/**
 * Asks the wallet to sign a permit. Undefined when the wallet cannot sign a permit that the token accepts: for example, the account is
 * a contract, or the wallet does not support typed data. Rejects with viem's error when the person declines.
 */
export async function signPermit(
  config: WagmiConfig,
  { token, spender, amount }: Spending,
  account: Address,
): Promise<Permit | undefined> {
  const { address } = token
  const [code, nonce, name, block] = await Promise.all([
    getBytecode(config, { address: account }),
    readContract(config, { address, abi: tokenAbi, functionName: 'nonces', args: [account] }),
    readContract(config, { address, abi: tokenAbi, functionName: 'name' }),
    getBlock(config),
  ])
  if (code) return undefined
  const deadline = block.timestamp + permitS
  const typedData = {
    domain: { name, version: '1', chainId: config.chains[0].id, verifyingContract: address },
    types: permitTypes,
    primaryType: 'Permit',
    message: { owner: account, spender, value: amount, nonce, deadline },
  } as const
  const signature: unknown = await signTypedData(config, { account, ...typedData }).catch(unlessDeclined)
  if (signature === null) throw declinedSilently()
  if (!isHex(signature)) return undefined
  // The page checks the signature here, so it does not simulate the call with the permit.
  const signer = await recoverTypedDataAddress({ ...typedData, signature }).catch(
    (error: Error) => void log.fault(error),
  )
  if (!signer || !isAddressEqual(signer, account)) {
    log.warn('the wallet signed a permit that the token would refuse', { account, signer })
    return undefined
  }
  const { r, s, yParity } = parseSignature(signature)
  return { deadline, v: 27 + yParity, r, s }
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

function unlessDeclined(error: unknown): undefined {
  if (isDeclined(error)) throw error
  log.debug('the wallet cannot sign a permit', () => ({ error }))
}
