import type { Page } from '@playwright/test'

/**
 * The wallet’s answer to a transaction. `send`: the wallet sends the transaction. `cancel`: the wallet sends the transaction, and then sends 0 ether to itself in a transaction with
 * the same nonce and higher fees. `never`: the wallet does not answer.
 */
export type WalletAnswer = { error: { code: number; message: string } } | { result: null } | 'send' | 'cancel' | 'never'

declare global {
  var walletAnswer: WalletAnswer
}

/**
 * Installs a wallet as a browser extension does (EIP-6963). The wallet is already connected to the page. `address`: an account of the
 * local chain, whose node signs for the account. `rpcUrl`: the wallet's own RPC. The test can set `walletAnswer` in the page again at any time.
 */
export const installWallet = (
  page: Page,
  { address, answer, rpcUrl = './rpc' }: { address: string; answer: WalletAnswer; rpcUrl?: string },
) =>
  page.addInitScript(
    ({ address, answer, rpcUrl, id }) => {
      globalThis.walletAnswer = answer
      const answers: Record<string, unknown> = { eth_accounts: [address], eth_requestAccounts: [address] }
      const ask = async (method: string, params: unknown) => {
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: params ?? [] })
        const response = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        const { result, error } = await response.json()
        if (error) throw Object.assign(new Error(error.message), { code: error.code })
        return result
      }
      const sendTransaction = async (transaction: object) => {
        const wanted = globalThis.walletAnswer
        if (wanted === 'never') return new Promise(() => undefined)
        if (wanted === 'send') return ask('eth_sendTransaction', [{ ...transaction, from: address }])
        if (wanted !== 'cancel') {
          if ('result' in wanted) return wanted.result
          throw Object.assign(new Error(wanted.error.message), { code: wanted.error.code })
        }
        // No block may come between the two transactions.
        await ask('evm_setIntervalMining', [0])
        const nonce = await ask('eth_getTransactionCount', [address, 'pending'])
        const hash = await ask('eth_sendTransaction', [{ ...transaction, from: address, nonce }])
        const fees = { maxFeePerGas: '0xe8d4a51000', maxPriorityFeePerGas: '0x174876e800' }
        await ask('eth_sendTransaction', [{ from: address, to: address, nonce, gas: '0x5208', ...fees }])
        await ask('evm_setIntervalMining', [1])
        return hash
      }
      const request = async ({ method, params }: { method: string; params?: unknown }) => {
        if (method in answers) return answers[method]
        return method === 'eth_sendTransaction' ? sendTransaction((params as [object])[0]) : ask(method, params)
      }
      const provider = { request, on: () => undefined, removeListener: () => undefined }
      const icon = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>'
      const info = { uuid: crypto.randomUUID(), name: 'Another wallet', icon, rdns: id }
      const announce = () =>
        dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }))
      addEventListener('eip6963:requestProvider', announce)
      announce()
      localStorage.setItem('wagmi.recentConnectorId', JSON.stringify(id))
    },
    { address, answer, rpcUrl, id: 'org.example.wallet' },
  )
