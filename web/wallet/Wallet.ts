import type { Address } from 'viem'
import type { Problem } from '../ui/Problem'

/** The wallet as a page sees it. */
export type Wallet = {
  status: 'disconnected' | 'connecting' | 'connected'
  address: Address | undefined
  /** Undefined until the chain has answered. */
  balanceWei: bigint | undefined
  /** The local chain's own wallet, with worthless ether. */
  isTestWallet: boolean
  isOnWrongChain: boolean
  /** The chain does not answer, or is not the one that this site is set up for. */
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
