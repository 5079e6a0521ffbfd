import type { Address } from 'viem'
import type { Problem } from '../ui/Problem'

/** The wallet as a page sees it. */
export type Wallet = {
  status: 'disconnected' | 'connecting' | 'connected'
  address: Address | undefined
  /** Undefined until the chain has answered. */
  balanceWei: bigint | undefined
  /** The wallet of the local chain, whose ether has no value. */
  isTestWallet: boolean
  isOnWrongChain: boolean
  /** The chain does not answer, or is not the chain of the site's settings. */
  problem?: Problem
  onConnect(): void
  onSwitchChain(): void
}

/** Whether the wallet can take a transaction. If not, asks the person for the missing connection or network. */
export function requireWallet({ status, isOnWrongChain, onConnect, onSwitchChain }: Wallet): boolean {
  if (status === 'connected' && !isOnWrongChain) return true
  if (status === 'connected') onSwitchChain()
  else onConnect()
  return false
}
