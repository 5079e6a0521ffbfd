import type { ShareLink } from '../config/ShareLink'
import { useWatch } from './useWatch'
import { WatchView } from './WatchView'

/** Shows a stream that is live or has ended, without its recording. */
export function LiveStream({ link, onPlayRecording }: { link: ShareLink; onPlayRecording: (() => void) | undefined }) {
  return <WatchView {...useWatch(link)} onPlayRecording={onPlayRecording} />
}
