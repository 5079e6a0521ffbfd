// Firefox and Safari do not let a page read the frames of a track. In such browsers, this module reads the pictures from a video element,
// and the sound from an AudioWorklet.
import { blackPicture } from './picture'
import type { FromTrack } from './readPort'
import soundWorkletUrl from './soundWorklet?worker&url'

/** The frames of a track. `port` belongs to the reader; `close` turns the video element or the audio context off. */
export type TrackPort = { port: MessagePort; close(): void }

/** Whether this browser has the functions that `picturePort` and `soundPort` need. */
export const hasTrackPorts = () =>
  'requestVideoFrameCallback' in HTMLVideoElement.prototype && typeof AudioWorkletNode !== 'undefined'

/** The greatest number of pictures that are sent before the reader asks again. */
const MAX_UNASKED = 2
const ENDED_CHECK_MS = 500

/**
 * The pictures of a track. While the page is visible, the browser calls `onPresented` for each new picture. While the page is
 * hidden, the browser does not call it. Then the page sends the present picture each time that the reader asks.
 */
export function picturePort(track: MediaStreamTrack): TrackPort {
  const { port1: own, port2: port } = new MessageChannel()
  const video = hiddenVideo(track)
  let credit = MAX_UNASKED
  let isOff = false
  const send = (picture: FromTrack<VideoFrame>) => own.postMessage(picture, picture ? [picture] : [])
  const take = () => {
    // A track that is off gives black pictures in some browsers, and no pictures in others. So the page does not read its pictures, and
    // sends one black picture instead.
    if (!track.enabled || credit === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return
    credit--
    isOff = false
    send(new VideoFrame(video, { timestamp: performance.now() * 1_000 }))
  }
  const onPresented = () => {
    take()
    request = video.requestVideoFrameCallback(onPresented)
  }
  let request = video.requestVideoFrameCallback(onPresented)
  own.onmessage = () => {
    credit = MAX_UNASKED
    if (!track.enabled && !isOff && video.videoWidth > 0) {
      isOff = true
      const size = { width: video.videoWidth, height: video.videoHeight }
      send(blackPicture(size, performance.now() * 1_000))
    } else if (document.hidden) take()
  }
  const unwatch = onEnded(track, () => send(null))
  return {
    port,
    close() {
      unwatch()
      video.cancelVideoFrameCallback(request)
      video.srcObject = null
      video.remove()
      own.close()
    },
  }
}

/** The sound of a track. */
export async function soundPort(track: MediaStreamTrack): Promise<TrackPort> {
  // The context keeps the sample rate of the device, because some browsers refuse a track whose rate differs from the context's rate.
  const context = new AudioContext()
  await context.audioWorklet.addModule(soundWorkletUrl).catch((cause: unknown) => {
    void context.close()
    throw cause
  })
  const { port1: out, port2: port } = new MessageChannel()
  const node = new AudioWorkletNode(context, 'sound-reader', { numberOfInputs: 1, outputChannelCount: [1] })
  node.port.postMessage(out, [out])
  const source = context.createMediaStreamSource(new MediaStream([track]))
  // The output of the node is silence. It is connected, because some browsers do not run a node without a connection to the speakers.
  source.connect(node).connect(context.destination)
  // A phone interrupts the audio context during a phone call.
  context.onstatechange = () => {
    if (context.state !== 'running' && context.state !== 'closed') void context.resume()
  }
  void context.resume()
  const unwatch = onEnded(track, () => node.port.postMessage('end'))
  return {
    port,
    close() {
      unwatch()
      void context.close()
    },
  }
}

/** A video element that plays the track. It is in the document, because Safari gives no pictures of elements outside the document. */
function hiddenVideo(track: MediaStreamTrack): HTMLVideoElement {
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, autoplay: true })
  video.setAttribute('aria-hidden', 'true')
  video.style.cssText = 'position:fixed;width:1px;height:1px;opacity:0;pointer-events:none'
  video.srcObject = new MediaStream([track])
  document.body.append(video)
  // The promise rejects if the track is replaced before the first picture.
  video.play().catch(() => undefined)
  return video
}

/** Calls `listener` once when the track has ended. A call of `track.stop()` fires no event, so the state is also read at intervals. */
function onEnded(track: MediaStreamTrack, listener: () => void): () => void {
  const check = () => {
    if (track.readyState !== 'ended') return
    stop()
    listener()
  }
  const timer = setInterval(check, ENDED_CHECK_MS)
  track.addEventListener('ended', check)
  return stop

  function stop() {
    clearInterval(timer)
    track.removeEventListener('ended', check)
  }
}
