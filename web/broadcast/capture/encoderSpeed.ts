import { logOf } from 'lp-relay/log'
import type { measureEncoder } from './measureEncoder'
import type { Size } from './picture'

const log = logOf('capture')

type Shape = Parameters<typeof measureEncoder>[0]
/** Measures one shape. Undefined: this browser could not measure. */
export type Measure = (shape: Shape) => Promise<number | undefined>

/** The number of pictures of this size that this computer encodes in one second. Undefined: not known. */
export type EncoderSpeed = (size: Size) => number | undefined

/** An encoder must be this many times faster than the camera, because the rest of the computer also needs time. */
const headroom = 1.5

export const isFastEnough = (speed: number | undefined, fps: number): boolean =>
  speed !== undefined && speed >= headroom * fps

const storageKey = 'lp.encoder'
/** After this time, the computer is measured again: it can have been busy at the first measurement. */
const keptMs = 24 * 3_600_000
/** A worker that does not answer in this time counts as a failed measurement. */
const patienceMs = 8_000

/**
 * Measures the encoder with the largest shape first, until it is fast enough for a shape. Then it is fast enough for all smaller shapes.
 * The browser keeps the results for a day.
 */
export async function measureSpeed(
  shapes: readonly Shape[],
  measure: Measure = measureInWorker,
): Promise<EncoderSpeed> {
  const { atMs = Date.now(), speeds = {} } = readStored()
  for (const shape of [...shapes].sort((a, b) => b.width * b.height - a.width * a.height)) {
    const key = `${shape.width}x${shape.height}`
    const speed = speeds[key] ?? (await measure(shape))
    if (speed === undefined) break
    speeds[key] = speed
    log.debug('encoder speed', () => ({ ...shape, speed }))
    if (isFastEnough(speed, shape.fps)) break
  }
  localStorage.setItem(storageKey, JSON.stringify({ browser: navigator.userAgent, atMs, speeds }))
  const known = Object.entries(speeds).map(([key, speed]) => {
    const [width = 0, height = 0] = key.split('x').map(Number)
    return { pixels: width * height, speed }
  })
  return ({ width, height }) => {
    const enough = known.filter(({ pixels }) => pixels >= width * height).map(({ speed }) => speed)
    return enough.length > 0 ? Math.max(...enough) : undefined
  }
}

function readStored(): { atMs?: number; speeds?: Record<string, number> } {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    if (stored.browser !== navigator.userAgent || !(Date.now() - stored.atMs < keptMs)) return {}
    const entries = Object.entries(stored.speeds as Record<string, unknown>)
    const isValid = ([key, speed]: [string, unknown]) => /^\d{1,5}x\d{1,5}$/.test(key) && Number.isFinite(speed)
    return { atMs: stored.atMs, speeds: Object.fromEntries(entries.filter(isValid)) as Record<string, number> }
  } catch {
    // A person or an older version of the page can have written the entry.
    return {}
  }
}

const measureInWorker: Measure = (shape) => {
  const worker = new Worker(new URL('./speedWorker.ts', import.meta.url), { type: 'module', name: 'encoder speed' })
  return new Promise<number | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), patienceMs)
    const answer = (speed: number | null) => {
      clearTimeout(timer)
      resolve(speed ?? undefined)
    }
    worker.onmessage = ({ data }: MessageEvent<number | null>) => answer(data)
    worker.onerror = () => answer(null)
    worker.postMessage(shape)
  }).finally(() => worker.terminate())
}
