import {
  type Address,
  type Chain,
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  type LocalAccount,
  numberToHex,
  parseEther,
  publicActions,
  type RpcTransactionRequest,
  type Transport,
} from 'viem'

export type BurnerProvider = {
  address: Address
  /** The request function of EIP-1193. */
  request(call: { method: string; params?: unknown }): Promise<unknown>
  /** Fills the account with test ether when its balance is low. Throws `FundingError`. */
  fund(): Promise<void>
}

const low = parseEther('10')
const full = parseEther('100')

/**
 * A provider that signs with a key in the page, and does not ask the person. If it cannot answer a request, it forwards the request to the
 * chain.
 */
export function createBurnerProvider({
  account,
  chain,
  transport = http(),
}: {
  account: LocalAccount
  chain: Chain
  transport?: Transport
}): BurnerProvider {
  const wallet = createWalletClient({ account, chain, transport })
  const anvil = createTestClient({ mode: 'anvil', chain, transport }).extend(publicActions)

  const request: BurnerProvider['request'] = async ({ method, params }) => {
    switch (method) {
      case 'eth_accounts':
      case 'eth_requestAccounts':
        return [account.address]
      case 'eth_chainId':
        return numberToHex(chain.id)
      case 'eth_sendTransaction': {
        const [transaction] = params as [RpcTransactionRequest]
        return wallet.sendTransaction({
          ...(transaction.to && { to: transaction.to }),
          ...(transaction.data && { data: transaction.data }),
          ...(transaction.value && { value: BigInt(transaction.value) }),
          ...(transaction.gas && { gas: BigInt(transaction.gas) }),
        })
      }
      case 'personal_sign': {
        const [raw] = params as [Hex]
        return wallet.signMessage({ message: { raw } })
      }
      case 'eth_signTypedData_v4': {
        const [, typedData] = params as [Address, string]
        return wallet.signTypedData(JSON.parse(typedData))
      }
      default:
        return anvil.request({ method, params } as Parameters<typeof anvil.request>[0])
    }
  }

  const fund = async () => {
    try {
      const balance = await anvil.getBalance({ address: account.address })
      if (balance < low) await anvil.setBalance({ address: account.address, value: full })
    } catch (cause) {
      throw new FundingError({ cause })
    }
  }

  return { address: account.address, request, fund }
}

export class FundingError extends Error {
  override readonly name = 'Burner.FundingError'
  constructor(options: ErrorOptions) {
    super('The test wallet received no test ether, because the local chain does not answer.', options)
  }
}
