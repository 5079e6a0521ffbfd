import { describe, expect, it } from 'vitest'
import { formatMoment } from './formatMoment'

describe('formatMoment', () => {
  it('shows the day only if the moment is not today', () => {
    const noon = new Date(2026, 10, 22, 12, 0, 5).getTime()
    expect(formatMoment(noon, noon + 60_000)).toBe('12:00:05')
    expect(formatMoment(noon, noon + 86_400_000)).toBe('22 Nov, 12:00')
  })
})
