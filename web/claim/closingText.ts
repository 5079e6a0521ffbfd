const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' })

/** A Unix time in seconds as `30 November 2026 at 18:30`. Unlike `formatMoment`, with the year: a list is open for months. */
export const closingText = (timeSeconds: bigint): string => day.format(1_000 * Number(timeSeconds))
