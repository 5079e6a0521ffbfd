import { type Address, type Chain, createPublicClient, createWalletClient, http, parseAbi, parseEther } from 'viem'

const abi = parseAbi(['function transfer(address to, uint256 amount) returns (bool)'])
const amount = parseEther('1000')

/**
 * Sends test LPT from the first account of the local chain. This account received the initial LPT at the deployment, and the chain's node
 * signs for this account.
 */
export async function giveTestToken({
  chain,
  token,
  to,
}: {
  chain: Chain
  token: Address
  to: Address
}): Promise<void> {
  const wallet = createWalletClient({ chain, transport: http() })
  const [holder] = await wallet.getAddresses()
  if (!holder) throw new NoHolderError()
  const args = [to, amount] as const
  const hash = await wallet.writeContract({ account: holder, address: token, abi, functionName: 'transfer', args })
  const { status } = await createPublicClient({ chain, transport: http() }).waitForTransactionReceipt({ hash })
  if (status === 'reverted') throw new NoTokenError()
}

export class NoHolderError extends Error {
  override readonly name = 'Burner.NoHolderError'
  constructor() {
    super('The node of this chain signs for no account, so there is no test LPT.')
  }
}

export class NoTokenError extends Error {
  override readonly name = 'Burner.NoTokenError'
  constructor() {
    super('The first account of this chain could not send test LPT.')
  }
}
