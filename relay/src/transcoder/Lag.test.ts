import { describe, expect, it } from 'vitest'
import { Lag } from './Lag'

/** A clock that the test sets, and a lag that reads it. */
function started() {
  const clock = { ms: 0 }
  return { clock, lag: new Lag(() => clock.ms) }
}

describe('Lag', () => {
  it('is 0, and not slow, after each segment was finished soon after its end', () => {
    const { clock, lag } = started()
    for (let number = 0n; number < 5n; number++) {
      clock.ms += 2_000
      lag.committed(number, 2_000)
      clock.ms += 100
      lag.finished(number)
    }
    expect([lag.lateMs, lag.isSlow]).toEqual([0, false])
  })

  it('grows, and is slow, when each segment of 2 s takes 3 s', () => {
    const { clock, lag } = started()
    for (let second = 0n; second < 12n; second++) {
      if (second % 2n === 0n) lag.committed(second / 2n, 2_000)
      clock.ms += 1_000
      if (second % 3n === 2n) lag.finished(second / 3n)
    }
    expect(lag.lateMs).toBe(4_000)
    expect(lag.isSlow).toBe(true)
  })

  it('is late, and not slow, when many segments arrive together and each of them takes 1 s', () => {
    const { clock, lag } = started()
    for (let number = 0n; number < 10n; number++) lag.committed(number, 2_000)
    for (let number = 0n; number < 6n; number++) {
      clock.ms += 1_000
      lag.finished(number)
    }
    expect([lag.lateMs, lag.isSlow]).toEqual([6_000, false])
  })

  it('is slow when a segment is not finished after twice its duration', () => {
    const { clock, lag } = started()
    lag.committed(0n, 2_000)
    clock.ms += 4_001
    expect([lag.lateMs, lag.isSlow]).toEqual([4_001, true])
  })
})
