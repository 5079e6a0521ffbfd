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
