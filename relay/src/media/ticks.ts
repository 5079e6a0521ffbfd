/**
 * Media time is counted in ticks of MPEG-TS's 90 kHz clock. Ticks are integers, so no time is rounded twice. An AAC frame at 48 kHz
 * lasts exactly 1,920 ticks.
 */
export const TICKS_PER_SECOND = 90_000
export const TICKS_PER_MS = 90

export const ticksFromMs = (ms: number) => Math.round(ms * TICKS_PER_MS)

/** WebCodecs counts microseconds. A tick lasts 11.1 µs, so the conversion from ticks to microseconds and back is exact. */
export const microsecondsFromTicks = (ticks: number) => Math.round((ticks * 100) / 9)
export const ticksFromMicroseconds = (us: number) => Math.round((us * 9) / 100)
