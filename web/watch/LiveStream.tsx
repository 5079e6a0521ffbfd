import type { ShareLink } from '../config/ShareLink'
import { useWatch } from './useWatch'
import { WatchView } from './WatchView'

/** A stream that is live, or was live until now. */
export function LiveStream({ link, onPlayRecording }: { link: ShareLink; onPlayRecording: (() => void) | undefined }) {
  return <WatchView {...useWatch(link)} onPlayRecording={onPlayRecording} />
}
