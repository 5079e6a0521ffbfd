import type { ShareLink } from '../config/ShareLink'
import type { Cover } from './Cover'
import { useWatch } from './useWatch'
import { WatchView } from './WatchView'

/** Shows a stream that is live or has ended, without its recording. */
export function LiveStream({
  link,
  onPlayRecording,
}: {
  link: ShareLink
  onPlayRecording: ((cover: Cover) => void) | undefined
}) {
  const view = useWatch(link)
  return <WatchView {...view} onPlayRecording={onPlayRecording && (() => onPlayRecording(view.cover ?? {}))} />
}
