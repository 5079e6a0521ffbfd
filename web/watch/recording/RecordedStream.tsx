import type { ShareLink } from '../../config/ShareLink'
import type { Cover } from '../Cover'
import { WatchView } from '../WatchView'
import { useRecording } from './useRecording'

/** The recording of a stream that has ended. `cover`: the title and the poster, which the page knew when the stream had ended. The default export is for React.lazy. */
export default function RecordedStream({ link, cover }: { link: ShareLink; cover: Cover }) {
  return <WatchView {...useRecording(link)} cover={cover} />
}
