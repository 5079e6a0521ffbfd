import { StreamId } from '@lp/contracts/protocol'
import { lazy, Suspense, useMemo, useState } from 'react'
import * as ShareLink from '../config/ShareLink'
import { Layout } from '../ui/Layout'
import { PageLoading } from '../ui/PageLoading'
import { LiveStream } from './LiveStream'

const RecordedStream = lazy(() => import('./recording/RecordedStream'))

/** The default export is for React.lazy. Throws `ShareLink.UnreadableError` to the error boundary for an invalid id. */
export default function WatchPage({ id }: { id: string }) {
  const link = useMemo(() => ShareLink.parse(id), [id])
  const [isRecording, setIsRecording] = useState(false)
  return (
    <Layout>
      {isRecording ? (
        <Suspense fallback={<PageLoading />}>
          <RecordedStream link={link} />
        </Suspense>
      ) : (
        <LiveStream
          link={link}
          onPlayRecording={StreamId.mayRecord(link.streamId) ? () => setIsRecording(true) : undefined}
        />
      )}
    </Layout>
  )
}
