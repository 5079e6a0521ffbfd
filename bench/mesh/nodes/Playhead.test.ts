import { expect, it } from 'vitest'
import { Playhead } from './Playhead'

const at = (nowMs: number, targetMs = 4_000) => new Playhead({ startMs: 0, targetMs, nowMs })

it('plays in real time while its distance from live is the target', () => {
  const head = at(4_000)
  head.receive(2_000, 4_000)
  head.advance(5_000)
  expect(head).toMatchObject({ spareMs: 1_000, behindMs: 4_000, stalls: 0, stalledMs: 0, deliveredMs: 2_000 })
})

it('stands still while it has no media, and counts this time as one stall', () => {
  const head = at(4_000)
  head.receive(2_000, 4_000)
  head.advance(7_000)
  head.advance(7_500)
  head.receive(2_000, 8_000)
  head.advance(8_100)
  expect(head).toMatchObject({ stalls: 1, stalledMs: 2_000 })
})

it('plays faster while it is further behind live than the target', () => {
  const head = at(6_000)
  head.receive(4_000, 6_000)
  head.advance(7_000)
  expect(head.behindMs).toBeCloseTo(5_900)
})
