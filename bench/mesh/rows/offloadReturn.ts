import { setTimeout as wait } from 'node:timers/promises'
import { qualities } from '../origin/media'
import { type Audience, read } from '../viewers/Audience'
import { seconds } from './reach'

/** The totals of all viewers and of the origin at one moment. */
export type Totals = { atMs: number; deliveredS: number; originBytes: number }

/** The offload is the mean of this time. In a shorter time, one segment more or less in the buffers would change it too much. */
const windowMs = 6_000
const pollMs = 1_000
const limitMs = 60_000
/** The offload is back when it is at most this much lower than before. */
const tolerance = 0.05
const bytesPerS = qualities.source.bitrate / 8

/** The offload between two moments: 1 means that the origin sent nothing. */
export const offloadOf = (from: Totals, to: Totals): number =>
  1 - (to.originBytes - from.originBytes) / ((to.deliveredS - from.deliveredS) * bytesPerS)

/**
 * The time from the first moment until the begin of the first window whose offload is back, in milliseconds. `moments`: oldest first.
 * `undefined`: there is no such window.
 */
export function returnedAfterMs(moments: readonly Totals[], target: number): number | undefined {
  const [first] = moments
  for (const from of moments) {
    const to = moments.find(({ atMs }) => atMs >= from.atMs + windowMs)
    if (first && to && offloadOf(from, to) >= target) return from.atMs - first.atMs
  }
  return undefined
}

async function totalsOf(audience: Audience): Promise<Totals> {
  const [originBytes, readings] = await Promise.all([
    audience.origin.mediaBytes(),
    Promise.all(audience.viewers.map(read)),
  ])
  const deliveredS = readings.reduce((sum, reading) => sum + reading.deliveredS, 0)
  return { atMs: performance.now(), deliveredS, originBytes }
}

/** Waits until the offload is as it was before, and returns a text with the time that this took. The audience must not change. */
export async function describeOffloadReturn(audience: Audience, before: number): Promise<string> {
  const moments = [await totalsOf(audience)]
  const startMs = performance.now()
  while (performance.now() < startMs + limitMs) {
    await wait(pollMs)
    moments.push(await totalsOf(audience))
    const afterMs = returnedAfterMs(moments, before - tolerance)
    if (afterMs !== undefined) return `offload back after ${seconds(afterMs / 1_000)}`
  }
  return `offload not back after ${limitMs / 1_000} s`
}
