import type { PublicClient } from 'viem'
import { useWallet } from '../wallet/useWallet'
import type { StakeViewProps } from './StakeView'
import { useStakeFlow } from './useStakeFlow'
import { useStaking } from './useStaking'
import { useTestToken } from './useTestToken'

/** The props of the staking page. */
export function useStake(client: PublicClient): StakeViewProps {
  const wallet = useWallet()
  const { staking, problem, onShowMore } = useStaking(client, wallet.address)
  const flow = useStakeFlow(client, { wallet, staking })
  const testToken = useTestToken(client, wallet.address)
  return { wallet, staking, flow, testToken, onShowMore, problem: wallet.problem ?? problem }
}
