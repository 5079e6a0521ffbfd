import type { ShareLink } from '../../config/ShareLink'
import { WatchView } from '../WatchView'
import { useRecording } from './useRecording'

/** The recording of a stream that has ended. The default export is for React.lazy. */
export default function RecordedStream({ link }: { link: ShareLink }) {
  return <WatchView {...useRecording(link)} />
}
