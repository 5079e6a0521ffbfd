import { Layout } from '../ui/Layout'
import { AccountButton } from '../wallet/AccountButton'
import { WalletProvider } from '../wallet/WalletProvider'
import { BroadcastView } from './BroadcastView'
import { useBroadcast } from './useBroadcast'

/** A default export for React.lazy, so that other pages do not load the wallet and the encoder. */
export default function BroadcastPage() {
  return (
    <WalletProvider>
      <Layout actions={<AccountButton />}>
        <Broadcast />
      </Layout>
    </WalletProvider>
  )
}

function Broadcast() {
  return <BroadcastView {...useBroadcast()} />
}
