import { describe, expect, it } from 'vitest'
import { Patience } from './Patience'

/** Whether the player is patient in each second, from second 0 on. `extraMs`: the extra latency in each second. */
const seconds = (patience: Patience, count: number, extraMs: (second: number) => number) =>
  Array.from({ length: count }, (_, second) => patience.at(extraMs(second), second * 1_000))

describe('Patience', () => {
  it('is for a viewer that has chosen to be at least as far behind live as a player without parts', () => {
    expect(new Patience(5).at(0, 0)).toBe(true)
    expect(new Patience(30).at(0, 0)).toBe(true)
    expect(new Patience(4.9).at(0, 0)).toBe(false)
  })

  it('does not begin during a load of 20 s', () => {
    const patient = seconds(new Patience(0), 120, (second) => (second < 22 ? 3_000 : 500))
    expect(patient).not.toContain(true)
  })

  it('does not begin while the bytes are late again and again, but not for long', () => {
    const patient = seconds(new Patience(0), 600, (second) => (second % 24 === 0 ? 0 : 3_000))
    expect(patient).not.toContain(true)
  })

  it('begins when the bytes were late for 25 s, ends after a minute, and lasts twice as long each further time', () => {
    const patient = seconds(new Patience(0), 400, () => 3_000)
    const changes = patient.flatMap((is, second) => (is === (patient[second - 1] ?? false) ? [] : [second]))
    expect(changes).toEqual([25, 85, 110, 230, 255])
  })
})
