import { expect, it } from 'vitest'
import { PartClock } from './PartClock'

const onLate = () => {}

/** A segment that is lost after its first part. */
function lose(clock: PartClock): void {
  clock.partArrived(onLate)
  clock.segmentLost()
}

it('ends the publication of parts at the fourth segment that gets lost after its first part', () => {
  const clock = new PartClock()
  for (let lost = 1; lost <= 3; lost++) {
    lose(clock)
    expect(clock.isStopped).toBe(false)
  }
  lose(clock)
  expect(clock.isStopped).toBe(true)
})

it('does not count complete segments, and segments that get lost before their first part', () => {
  const clock = new PartClock()
  for (let number = 0; number < 10; number++) {
    clock.segmentLost()
    clock.partArrived(onLate)
    clock.segmentEnded()
    // The segment is complete, so it cannot get lost any more.
    clock.segmentLost()
  }
  for (let lost = 1; lost <= 3; lost++) lose(clock)
  expect(clock.isStopped).toBe(false)
})

it('counts the lost segments of the whole job: complete segments in between do not help', () => {
  const clock = new PartClock()
  for (let lost = 1; lost <= 4; lost++) {
    lose(clock)
    clock.partArrived(onLate)
    clock.segmentEnded()
  }
  expect(clock.isStopped).toBe(true)
})
