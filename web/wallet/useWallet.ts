import { useAccount, useBalance, useChainId, useSwitchChain } from 'wagmi'
import { useChainProblem } from './useChainProblem'
import { openConnectDialog } from './useConnectDialog'
import type { Wallet } from './Wallet'

const askAgainAfterMs = 5_000

/** Call this hook only inside `WalletProvider`. */
export function useWallet(): Wallet {
  const { address, status, connector, chainId } = useAccount()
  const ours = useChainId()
  const balance = useBalance({ address, chainId: ours, query: { refetchInterval: askAgainAfterMs } })
  const { switchChain } = useSwitchChain()
  const problem = useChainProblem()
  return {
    // When a page opens, wagmi asks one wallet after another. wagmi can have the account of a connected wallet while it still asks the
    // other wallets.
    status: address ? 'connected' : status === 'reconnecting' ? 'connecting' : status,
    address,
    balanceWei: balance.data?.value,
    isTestWallet: connector?.type === 'burner',
    isOnWrongChain: address !== undefined && chainId !== ours,
    ...(problem && { problem }),
    onConnect: openConnectDialog,
    onSwitchChain: () => switchChain({ chainId: ours }),
  }
}
