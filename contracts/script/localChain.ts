import { type Address, createPublicClient, createWalletClient, type Hex, http, parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { contractsOn } from '../deployments'
import { localChainId, localKey } from './deploy'

/** Gives an operator on the local chain the LPT to bond (`stake`) and ether for gas. */
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

/** Appoints the verifier of the local chain. The verifier itself must bond the preset's `verifierBond`. */
export async function appointVerifier({ rpcUrl, verifier }: { rpcUrl: string; verifier: Address }): Promise<void> {
  const transport = http(rpcUrl)
  const client = createPublicClient({ transport, pollingInterval: 100 })
  const wallet = createWalletClient({ account: privateKeyToAccount(localKey(0)), transport })
  const contract = contractsOn(localChainId).verifier
  const hash = await wallet.writeContract({ chain: null, ...contract, functionName: 'appoint', args: [verifier] })
  await client.waitForTransactionReceipt({ hash })
}
