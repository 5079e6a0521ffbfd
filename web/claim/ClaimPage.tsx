import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { Layout } from '../ui/Layout'
import { useTitle } from '../ui/useTitle'
import { AccountButton } from '../wallet/AccountButton'
import { WalletProvider } from '../wallet/WalletProvider'
import { ClaimView } from './ClaimView'
import { useClaim } from './useClaim'

/** The default export is for React.lazy, because other pages must not load the wallet. */
export default function ClaimPage() {
  return (
    <WalletProvider>
      <Layout actions={<AccountButton />}>
        <Claim />
      </Layout>
    </WalletProvider>
  )
}

function Claim() {
  useTitle('Claim')
  // The client is never undefined, because wagmi is configured for one chain.
  return <ClaimView {...useClaim(usePublicClient() as PublicClient)} />
}
