import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { Layout } from '../ui/Layout'
import { useTitle } from '../ui/useTitle'
import { AccountButton } from '../wallet/AccountButton'
import { WalletProvider } from '../wallet/WalletProvider'
import { EconomyView } from './EconomyView'
import { useEconomy } from './useEconomy'

/** The default export is for React.lazy, because other pages must not load the wallet. */
export default function EconomyPage() {
  return (
    <WalletProvider>
      <Layout actions={<AccountButton />}>
        <WholeEconomy />
      </Layout>
    </WalletProvider>
  )
}

function WholeEconomy() {
  useTitle('Economy')
  // The client is never undefined, because wagmi is configured for one chain.
  return <EconomyView {...useEconomy(usePublicClient() as PublicClient)} />
}
