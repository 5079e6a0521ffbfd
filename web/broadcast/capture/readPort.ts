/** A message through the port of a track: a frame, or null when the track has ended. */
export type FromTrack<Frame> = Frame | null

/**
 * Reads the frames that a page or an audio thread sends through `port`. Returns a function that stops the reading. From then on,
 * `onEnd` is not called. Every `askEveryMs` milliseconds, asks through the port for more frames: a timer of a worker also runs while the
 * tab is hidden, and while a worker is too busy to ask, it gets no further frames.
 */
export function readPort<Frame>(
  port: MessagePort,
  {
    onFrame,
    onEnd,
    askEveryMs,
  }: { onFrame: (frame: Frame) => void; onEnd: () => void; askEveryMs?: number | undefined },
): () => void {
  const timer = askEveryMs === undefined ? undefined : setInterval(() => port.postMessage('ask'), askEveryMs)
  const stop = () => {
    clearInterval(timer)
    port.onmessage = null
    port.close()
  }
  port.onmessage = ({ data }: MessageEvent<FromTrack<Frame>>) => {
    if (data !== null) return onFrame(data)
    stop()
    onEnd()
  }
  return stop
}
