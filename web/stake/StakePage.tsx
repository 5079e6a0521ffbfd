import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { Layout } from '../ui/Layout'
import { AccountButton } from '../wallet/AccountButton'
import { WalletProvider } from '../wallet/WalletProvider'
import { StakeView } from './StakeView'
import { useStake } from './useStake'

/** The default export is for React.lazy: the wallet must not weigh on other pages. */
export default function StakePage() {
  return (
    <WalletProvider>
      <Layout actions={<AccountButton />}>
        <Stake />
      </Layout>
    </WalletProvider>
  )
}

function Stake() {
  // Always there: the only chain that wagmi is set up for is ours.
  return <StakeView {...useStake(usePublicClient() as PublicClient)} />
}
