import { expect, test } from 'vitest'
import { type Step, textOf } from './headers'

const step = (clients: number, cores: number): Step => ({
  ...{ clients, cores, megabytes: 100 + clients / 50, answersPerS: 0.8 * clients, slowMs: 40 },
})

test('the text says what was measured, and what was only extrapolated from it', () => {
  const text = textOf([step(0, 0.1), step(2_000, 0.3)], 'the clients use a whole core')
  expect(text).toContain('measured: 0 clients: 0.10 cores, 100 MB, 0 answers per second;')
  expect(text).toContain('2000 clients: 0.30 cores, 140 MB, 1600 answers per second, 99 % of the headers within 40 ms')
  expect(text).toContain('(stopped: the clients use a whole core)')
  expect(text).toContain(
    'extrapolated, not measured: 10000 viewers need 1.10 cores and 300 MB, and one core serves 9000',
  )
})

test('if all clients were measured, nothing is extrapolated', () => {
  expect(textOf([step(0, 0.1), step(10_000, 0.6)], '')).not.toContain('extrapolated')
})
