import type { Page } from '@playwright/test'

/**
 * Installs a wallet as a browser extension does (EIP-6963). The wallet is already connected to the page, and rejects all
 * transactions. `address`: an account of the local chain.
 */
export const installRefusingWallet = (page: Page, address: string) =>
  page.addInitScript(
    ({ address, id }) => {
      const answers: Record<string, unknown> = { eth_accounts: [address], eth_requestAccounts: [address] }
      const request = async ({ method, params }: { method: string; params?: unknown }) => {
        if (method in answers) return answers[method]
        if (method === 'eth_sendTransaction') throw Object.assign(new Error('User rejected.'), { code: 4001 })
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: params ?? [] })
        const response = await fetch('./rpc', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        const { result, error } = await response.json()
        if (error) throw Object.assign(new Error(error.message), { code: error.code })
        return result
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
    { address, id: 'org.example.wallet' },
  )
