import { describe, expect, test } from 'vitest'
import { createResampler } from './resampler'

describe.each([8_000, 16_000, 44_100, 96_000])('createResampler from %i Hz', (fromRate) => {
  test('changes each sample of a tone by less than 0.002, even where two blocks meet', () => {
    const frequency = 440
    const { output } = resampled(fromRate, (index) => Math.sin((2 * Math.PI * frequency * index) / fromRate))
    const error = Math.max(
      ...output
        .slice(480, -480)
        .map((sample, index) => Math.abs(sample - Math.sin((2 * Math.PI * frequency * (index + 480)) / 48_000))),
    )
    expect(error).toBeLessThan(0.002)
  })

  test('returns as much sound as it received, to within 200 samples', () => {
    const { output } = resampled(fromRate, () => 0)
    expect(Math.abs(output.length - 48_000)).toBeLessThan(200)
  })
})

test('createResampler does not change sound at 48 kHz', () => {
  const block = { left: new Float32Array(480), right: new Float32Array(480) }
  expect(createResampler({ fromRate: 48_000, toRate: 48_000 }).process(block)).toBe(block)
})

function resampled(fromRate: number, sampleAt: (index: number) => number) {
  const resampler = createResampler({ fromRate, toRate: 48_000 })
  const output: number[] = []
  // Devices deliver sound in blocks of 10 ms.
  const length = fromRate / 100
  for (let first = 0; first < fromRate; first += length) {
    const samples = Float32Array.from({ length }, (_, index) => sampleAt(first + index))
    output.push(...resampler.process({ left: samples, right: samples }).left)
  }
  return { output }
}
