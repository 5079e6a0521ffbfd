import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { Layout } from '../ui/Layout'
import { useTitle } from '../ui/useTitle'
import { AccountButton } from '../wallet/AccountButton'
import { WalletProvider } from '../wallet/WalletProvider'
import { StakeView } from './StakeView'
import { useStake } from './useStake'

/** The default export is for React.lazy, because other pages must not load the wallet. */
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
  useTitle('Stake')
  // The client is never undefined, because wagmi is configured for one chain.
  return <StakeView {...useStake(usePublicClient() as PublicClient)} />
}
