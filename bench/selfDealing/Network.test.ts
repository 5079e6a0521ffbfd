import { expect, test } from 'vitest'
import { Recipe, TranscodingOptions } from '../../contracts/protocol'
import { presets } from '../../contracts/script/presets'
import { mainnet, mostUnitsPerSecond, networkOf, typicalUnitsPerSecond } from './Network'

test('`mainnet` has the values of the mainnet preset', () => {
  expect(mainnet).toMatchObject({
    mintedPerRound: 4_000,
    seats: 144,
    roundSeconds: 86_400,
    verificationRate: 1 / 500,
    failedVerificationSlash: 0.05,
    equivocationSlash: 0.2,
    maxRoundSlash: 0.3,
    finderFee: 0.05,
    participation: 0.5,
    spanRounds: 7,
  })
  expect(mainnet.requiredPart).toBeCloseTo(0.1, 12)
  expect(mainnet.minExpectedWork / typicalUnitsPerSecond / 3_600).toBeCloseTo(10, 1)
})

test('`networkOf` gives the values of the preset', () => {
  const other = networkOf({
    ...presets.mainnet,
    inflation: 800_000n,
    poolSize: 10n,
    competitivenessTolerance: 250_000n,
  })
  expect(other).toMatchObject({ mintedPerRound: 8_000, seats: 10, requiredPart: 0.75 })
})

test('the protocol refuses each ladder that is larger than the largest ladder of the model', () => {
  const largest = { width: 4096, height: 4096, fps: 60 }
  const heights = [4096, 4094, 4092, 4090]
  const with_ = (change: Partial<TranscodingOptions.TranscodingOptions>, bitrate = 20_000_000) => ({
    ...largest,
    renditions: heights.map((height) => ({ height, bitrate })),
    ...change,
  })
  expect(Number(TranscodingOptions.unitsPerSecond(with_({})))).toBe(mostUnitsPerSecond)
  const fifth = [...with_({}).renditions, { height: 4088, bitrate: 50_000 }]
  const larger = [with_({ width: 4098 }), with_({ height: 4098 }), with_({ fps: 61 }), with_({ renditions: fifth })]
  for (const options of [...larger, with_({}, 20_000_001)]) expect(() => TranscodingOptions.validate(options)).toThrow()
  expect(mostUnitsPerSecond).toBeGreaterThan(100 * typicalUnitsPerSecond)
})

test('a job with the largest ladder can have a source of 16 × 16 pixels, and its renditions are then not larger than the source', () => {
  expect(Recipe.renditionSize(4096, { width: 16, height: 16 })).toEqual({ width: 16, height: 16 })
})
