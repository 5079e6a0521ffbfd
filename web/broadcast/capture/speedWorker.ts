import '../../substitutes'
import { measureEncoder } from './measureEncoder'

self.onmessage = ({ data }: MessageEvent<Parameters<typeof measureEncoder>[0]>) => {
  // Without an answer, the page would wait. A browser whose encoder fails here offers the qualities of a computer that was not measured.
  measureEncoder(data).then(
    (picturesPerSecond) => self.postMessage(picturesPerSecond),
    () => self.postMessage(null),
  )
}
