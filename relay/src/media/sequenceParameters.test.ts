import { expect, test } from 'vitest'
import { sequenceParameters } from './sequenceParameters'

const AUD = [0, 0, 0, 1, 9, 0xf0]
const SPS = [0, 0, 0, 1, 0x67, 0x4d, 0x40, 0x1f]
const PPS = [0, 0, 0, 1, 0x68, 0xee]
const KEYFRAME = [0, 0, 1, 0x65, 0x88]

test('sequenceParameters returns the same text for two keyframes with equal parameter sets, and another text for another set', () => {
  const before = sequenceParameters(Uint8Array.of(...AUD, ...SPS, ...PPS, ...KEYFRAME, 1, 2))
  const again = sequenceParameters(Uint8Array.of(...SPS, ...PPS, ...KEYFRAME, 3, 4))
  const after = sequenceParameters(Uint8Array.of(...SPS, 0x55, ...PPS, ...KEYFRAME))
  expect(before.length).toBe(4)
  expect(again).toBe(before)
  expect(after).not.toBe(before)
})

test('sequenceParameters returns an empty text when no sequence parameter set comes before the keyframe', () => {
  expect(sequenceParameters(Uint8Array.of(...KEYFRAME, ...SPS))).toBe('')
  expect(sequenceParameters(new Uint8Array(0))).toBe('')
})
