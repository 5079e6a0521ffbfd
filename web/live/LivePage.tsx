import { Layout } from '../ui/Layout'
import { useTitle } from '../ui/useTitle'
import { LiveView } from './LiveView'
import { useLive } from './useLive'

/** The default export is for React.lazy, because other pages do not need the code that asks the relays. */
export default function LivePage() {
  useTitle('Live now')
  return (
    <Layout>
      <LiveView live={useLive()} nowMs={Date.now()} />
    </Layout>
  )
}
