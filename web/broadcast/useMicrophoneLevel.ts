import { type RefObject, useEffect } from 'react'

const floorDb = -55

/**
 * Writes the loudness of `stream` into the CSS variable `--level` (0 to 1) of `element`, once a frame. The level is not
 * React state, because sixty renders a second would slow the encoder down.
 */
export function useMicrophoneLevel(element: RefObject<HTMLElement | null>, stream: MediaStream | undefined): void {
  useEffect(() => {
    if (!stream || stream.getAudioTracks().length === 0) return
    const audio = new AudioContext()
    const analyser = new AnalyserNode(audio, { fftSize: 1024 })
    audio.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let frame = 0
    let level = 0

    const draw = () => {
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
      const loudness = 1 - Math.max(floorDb, 10 * Math.log10(power + 1e-12)) / floorDb
      // The level rises immediately and falls slowly, as in most sound meters.
      level = Math.max(Math.min(1, loudness), level * 0.92)
      element.current?.style.setProperty('--level', level.toFixed(3))
      frame = requestAnimationFrame(draw)
    }
    frame = requestAnimationFrame(draw)

    const meter = element.current
    return () => {
      cancelAnimationFrame(frame)
      meter?.style.setProperty('--level', '0')
      void audio.close()
    }
  }, [element, stream])
}
