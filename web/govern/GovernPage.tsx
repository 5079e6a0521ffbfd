import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { Layout } from '../ui/Layout'
import { useTitle } from '../ui/useTitle'
import { AccountButton } from '../wallet/AccountButton'
import { useWallet } from '../wallet/useWallet'
import { WalletProvider } from '../wallet/WalletProvider'
import { GovernView } from './GovernView'
import { useGovernance } from './useGovernance'
import { useGovernFlow } from './useGovernFlow'

/** The default export is for React.lazy, because other pages must not load the wallet. */
export default function GovernPage() {
  return (
    <WalletProvider>
      <Layout actions={<AccountButton />}>
        <Govern />
      </Layout>
    </WalletProvider>
  )
}

function Govern() {
  useTitle('Govern')
  // The client is never undefined, because wagmi is configured for one chain.
  const client = usePublicClient() as PublicClient
  const wallet = useWallet()
  const { governance, problem, onShowMore } = useGovernance(client, wallet.address)
  const flow = useGovernFlow(client, { wallet, governance })
  return <GovernView {...{ client, wallet, governance, flow, problem: wallet.problem ?? problem, onShowMore }} />
}
