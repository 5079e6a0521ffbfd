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
  /** The chain does not answer, or has another chain id than the settings. */
  problem?: Problem
  onConnect(): void
  onSwitchChain(): void
}

/** Returns whether the wallet can send a transaction. If it cannot, asks the person to connect the wallet or to change its network. */
export function requireWallet({ status, isOnWrongChain, onConnect, onSwitchChain }: Wallet): boolean {
  if (status === 'connected' && !isOnWrongChain) return true
  if (status === 'connected') onSwitchChain()
  else onConnect()
  return false
}
