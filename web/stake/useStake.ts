import type { Address, PublicClient } from 'viem'
import { useWallet } from '../wallet/useWallet'
import type { StakeViewProps } from './StakeView'
import { useStakeFlow } from './useStakeFlow'
import { useStaking } from './useStaking'
import { useTestToken } from './useTestToken'

/** The props of the staking page. `also`: a transcoder that the page shows although it may not be in the list. */
export function useStake(client: PublicClient, also?: Address): StakeViewProps {
  const wallet = useWallet()
  const { staking, problem, onShowMore } = useStaking(client, { account: wallet.address, also })
  const flow = useStakeFlow(client, { wallet, staking })
  const testToken = useTestToken(client, wallet.address)
  return { wallet, staking, flow, testToken, onShowMore, problem: wallet.problem ?? problem }
}
