import { NoSourceError } from './deviceErrors'
import type { Sources } from './recorder'
import { NoTrackProcessorError } from './support'
import { hasTrackPorts, picturePort, soundPort, type TrackPort } from './trackPorts'

/** The tracks of a stream, ready to be sent to the worker. */
export type OpenTracks = {
  sources: Sources
  transfer: Transferable[]
  /** Stops the code of the page that reads the tracks. The tracks stay open. */
  close(): void
}

/** Opens the first live video track and the first live audio track for reading. Throws `NoTrackProcessorError` and `NoSourceError`. */
export async function openTracks(stream: MediaStream): Promise<OpenTracks> {
  const video = stream.getVideoTracks().find(isLive)
  const audio = stream.getAudioTracks().find(isLive)
  if (!video && !audio) throw new NoSourceError()
  const videoFps = video?.getSettings().frameRate
  if (typeof MediaStreamTrackProcessor !== 'undefined') {
    const sources = {
      video: video && new MediaStreamTrackProcessor({ track: video }).readable,
      audio: audio && new MediaStreamTrackProcessor({ track: audio }).readable,
      videoFps,
    }
    return { sources, transfer: [sources.video, sources.audio].filter(isPresent), close() {} }
  }
  if (!hasTrackPorts()) throw new NoTrackProcessorError()
  const sound = audio && (await soundPort(audio))
  const picture = video && picturePort(video)
  const ports = [picture, sound].filter(isPresent<TrackPort>)
  return {
    sources: { video: picture?.port, audio: sound?.port, videoFps },
    transfer: ports.map(({ port }) => port),
    close: () => {
      for (const port of ports) port.close()
    },
  }
}

const isLive = (track: MediaStreamTrack) => track.readyState === 'live'

const isPresent = <Value>(value: Value | undefined): value is Value => value !== undefined
