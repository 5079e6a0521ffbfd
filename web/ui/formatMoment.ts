const timeOfDay = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** `18:42:07` today, `23 Nov, 18:42` on another day. `timeMs` and `nowMs` are Unix times in milliseconds. */
export function formatMoment(timeMs: number, nowMs: number): string {
  const isToday = new Date(timeMs).toDateString() === new Date(nowMs).toDateString()
  return (isToday ? timeOfDay : dayAndTime).format(timeMs)
}
