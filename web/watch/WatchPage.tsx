import { useMemo } from 'react'
import * as ShareLink from '../config/ShareLink'
import { Layout } from '../ui/Layout'
import { useWatch } from './useWatch'
import { WatchView } from './WatchView'

/** The default export is for React.lazy. Throws `ShareLink.UnreadableError` to the error boundary for an invalid id. */
export default function WatchPage({ id }: { id: string }) {
  const view = useWatch(useMemo(() => ShareLink.parse(id), [id]))
  return (
    <Layout>
      <WatchView {...view} />
    </Layout>
  )
}
