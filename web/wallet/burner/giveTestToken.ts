import { type Address, type Chain, createPublicClient, createWalletClient, http, parseAbi, parseEther } from 'viem'

const abi = parseAbi(['function transfer(address to, uint256 amount) returns (bool)'])
const amount = parseEther('1000')

/** Sends test token from the local chain's first account, which holds it all and is open to everybody there. */
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
  await createPublicClient({ chain, transport: http() }).waitForTransactionReceipt({ hash })
}

export class NoHolderError extends Error {
  override readonly name = 'Burner.NoHolderError'
  constructor() {
    super('This chain has no account that anybody may use, so there is no test token.')
  }
}
