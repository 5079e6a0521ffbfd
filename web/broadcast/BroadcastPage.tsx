import { Layout } from '../ui/Layout'
import { LeaveDialog } from '../ui/LeaveDialog'
import { useTitle } from '../ui/useTitle'
import { AccountButton } from '../wallet/AccountButton'
import { WalletProvider } from '../wallet/WalletProvider'
import { BroadcastView } from './BroadcastView'
import { useBroadcast } from './useBroadcast'

/** The default export is for React.lazy, because other pages must not load the wallet and the encoder. */
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
  useTitle('Broadcast')
  return (
    <>
      <BroadcastView {...useBroadcast()} />
      <LeaveDialog />
    </>
  )
}
