/**
 * Media time is counted in ticks of MPEG-TS's 90 kHz clock: integers, so that nothing rounds twice.
 * A 48 kHz AAC frame is exactly 1,920 of them.
 */
export const TICKS_PER_SECOND = 90_000
export const TICKS_PER_MS = 90

export const ticksFromMs = (ms: number) => Math.round(ms * TICKS_PER_MS)

/** WebCodecs stamps frames in microseconds; a tick is 11.1 of them, so the way there and back is exact. */
export const microsecondsFromTicks = (ticks: number) => Math.round((ticks * 100) / 9)
export const ticksFromMicroseconds = (us: number) => Math.round((us * 9) / 100)
