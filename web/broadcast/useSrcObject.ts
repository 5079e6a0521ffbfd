import { type RefObject, useEffect } from 'react'

/** Shows `stream` in the video element. React has no attribute for `srcObject`. */
export function useSrcObject(video: RefObject<HTMLVideoElement | null>, stream: MediaStream | undefined): void {
  useEffect(() => {
    if (video.current) video.current.srcObject = stream ?? null
  }, [video, stream])
}
