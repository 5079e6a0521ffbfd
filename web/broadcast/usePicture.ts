import { useEffect, useState } from 'react'
import { askForPicture, type Picture, readPicture } from './capture/trackPicture'

/** Asks a camera or screen for a picture, and returns the picture that it can give. Undefined while the browser does not know it. */
export function usePicture(track: MediaStreamTrack | undefined, { width, height, fps }: Picture) {
  const [, setAnswers] = useState(0)
  useEffect(() => {
    let isOver = false
    // After the answer, the settings of the track are different, so the page must read them again.
    if (track) void askForPicture(track, { width, height, fps }).then(() => isOver || setAnswers((count) => count + 1))
    return () => {
      isOver = true
    }
  }, [track, width, height, fps])
  return track && readPicture(track)?.most
}
