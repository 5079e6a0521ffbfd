import { type RefObject, useEffect } from 'react'

const floorDb = -55
/** Each new level makes the browser draw the page. Sixty levels a second would need a third of a core on a computer without a GPU. */
const everyMs = 100

/**
 * Writes the loudness of `stream` into the CSS variable `--level` (0 to 1) of `element`. The level is not React state, because to
 * render the component costs more than to set the variable.
 */
export function useMicrophoneLevel(element: RefObject<HTMLElement | null>, stream: MediaStream | undefined): void {
  useEffect(() => {
    if (!stream || stream.getAudioTracks().length === 0) return
    const audio = new AudioContext()
    const analyser = new AnalyserNode(audio, { fftSize: 1024 })
    audio.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let level = 0

    const draw = () => {
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
      const loudness = 1 - Math.max(floorDb, 10 * Math.log10(power + 1e-12)) / floorDb
      // The level rises immediately and falls slowly, as in most sound meters.
      level = Math.max(Math.min(1, loudness), level * 0.6)
      element.current?.style.setProperty('--level', level.toFixed(2))
    }
    const timer = setInterval(draw, everyMs)

    const meter = element.current
    return () => {
      clearInterval(timer)
      meter?.style.setProperty('--level', '0')
      void audio.close()
    }
  }, [element, stream])
}
