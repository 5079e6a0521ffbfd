const units = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
] as const

/** The duration in its largest unit, as in "about 3 days". */
export const span = (durationMs: number): string => `about ${counted(durationMs)}`

/** A period of this duration that ends now, as in "in the last 24 hours". */
export const inTheLast = (durationMs: number): string => `in the last ${counted(durationMs)}`

function counted(durationMs: number): string {
  const unit = units.find(({ ms }) => durationMs >= 1.5 * ms) ?? { name: 'second', ms: 1_000 }
  const count = Math.max(1, Math.round(durationMs / unit.ms))
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`
}
