import type { Address } from 'viem'
import type { Problem } from '../ui/Problem'

/** The state of the wallet, for components. */
export type Wallet = {
  status: 'disconnected' | 'connecting' | 'connected'
  address: Address | undefined
  /** Undefined until the chain has answered. */
  balanceWei: bigint | undefined
  /** Whether this is the test wallet of the local chain. The ether of the local chain has no value. */
  isTestWallet: boolean
  isOnWrongChain: boolean
  /** Set if the chain does not answer, or if its chain id is not the chain id in the settings. */
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
