import { StreamId } from '@lp/contracts/protocol'
import { lazy, Suspense, useMemo, useState } from 'react'
import * as ShareLink from '../config/ShareLink'
import { Layout } from '../ui/Layout'
import { PageLoading } from '../ui/PageLoading'
import type { Cover } from './Cover'
import { LiveStream } from './LiveStream'

const RecordedStream = lazy(() => import('./recording/RecordedStream'))

/** The default export is for React.lazy. Throws `ShareLink.UnreadableError` to the error boundary for an invalid id. */
export default function WatchPage({ id }: { id: string }) {
  const link = useMemo(() => ShareLink.parse(id), [id])
  /** Set while the page plays the recording. */
  const [recorded, setRecorded] = useState<Cover>()
  return (
    <Layout>
      {recorded ? (
        <Suspense fallback={<PageLoading />}>
          <RecordedStream link={link} cover={recorded} />
        </Suspense>
      ) : (
        <LiveStream link={link} onPlayRecording={StreamId.mayRecord(link.streamId) ? setRecorded : undefined} />
      )}
    </Layout>
  )
}
