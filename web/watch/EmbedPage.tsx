import { useMemo } from 'react'
import * as ShareLink from '../config/ShareLink'
import { useTitle } from '../ui/useTitle'
import { Player } from './Player'
import { titleOf } from './titleOf'
import { useWatch } from './useWatch'

/**
 * Only the player, for a frame in a foreign page. The default export is for React.lazy. Throws `ShareLink.UnreadableError` to the error
 * boundary for an invalid id.
 */
export default function EmbedPage({ id }: { id: string }) {
  const link = useMemo(() => ShareLink.parse(id), [id])
  const { state, levels, isUnverified, figures, timeShift = 'none', ...view } = useWatch(link, { isEmbedded: true })
  useTitle(titleOf(state, link.streamId, view.cover?.title))
  return (
    <main data-testid="watch-state" data-state={state.name}>
      <h1 className="sr-only">{view.cover?.title ?? 'Live stream'}</h1>
      <Player
        {...{ state, levels, isUnverified, timeShift }}
        cover={view.cover}
        latencyMs={figures.latencyMs}
        videoRef={view.videoRef}
        onRetry={view.onRetry}
        onGoToLive={view.onGoToLive}
        onPlayRecording={undefined}
        past={view.past}
        fullPage={view.shareLink}
      />
    </main>
  )
}
