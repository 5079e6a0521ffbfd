import { setTimeout as wait } from 'node:timers/promises'
import { type Audience, read } from '../viewers/Audience'
import type { Reading } from '../viewers/probe'

const pollMs = 250

/**
 * Waits until `is` returns true for the readings of all viewers. Returns the seconds that this took, or `undefined` if it took longer than
 * `limitS`.
 */
export async function reach(
  audience: Audience,
  { limitS, is }: { limitS: number; is(readings: readonly Reading[]): boolean },
): Promise<number | undefined> {
  const startMs = performance.now()
  for (;;) {
    if (is(await Promise.all(audience.viewers.map(read)))) return (performance.now() - startMs) / 1_000
    if (performance.now() - startMs > limitS * 1_000) return undefined
    await wait(pollMs)
  }
}

/** The distance from live of the viewer that is furthest behind, in seconds. */
export const furthest = (readings: readonly Reading[]): number =>
  Math.max(...readings.map(({ behindS }) => behindS.newest))

/** After a disturbance, the viewers are at their target again when `furthest` is at most this many seconds larger than before. */
const toleranceS = 0.5

/** The distance from live to which the viewers must return after a disturbance. Call this before the disturbance. */
export async function targetOf(audience: Audience): Promise<number> {
  return furthest(await Promise.all(audience.viewers.map(read))) + toleranceS
}

/** Waits until all viewers are at their target again, and returns a text with the time that this took. */
export async function describeReturn(audience: Audience, targetS: number): Promise<string> {
  const limitS = 60
  const afterS = await reach(audience, { limitS, is: (readings) => furthest(readings) <= targetS })
  if (afterS !== undefined) return `at its target again after ${seconds(afterS)}`
  return `still ${seconds(furthest(await Promise.all(audience.viewers.map(read))))} behind live after ${limitS} s`
}

export const seconds = (value: number) => `${value.toFixed(1)} s`
