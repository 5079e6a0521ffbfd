import { describe, expect, it } from 'vitest'
import * as TranscodingOptions from './TranscodingOptions'

const options = {
  width: 1280,
  height: 720,
  fps: 20,
  renditions: [
    { height: 480, bitrate: 1_000_000 },
    { height: 360, bitrate: 600_000 },
    { height: 240, bitrate: 300_000 },
  ],
} satisfies TranscodingOptions.TranscodingOptions

const cases: TranscodingOptions.TranscodingOptions[] = [
  options,
  { width: 64, height: 64, fps: 1, renditions: [{ height: 64, bitrate: 50_000 }] },
  { width: 720, height: 1280, fps: 30, renditions: [{ height: 480, bitrate: 1_000_000 }] },
  { width: 640, height: 480, fps: 25, renditions: TranscodingOptions.ladder({ width: 640, height: 480 }) },
  { width: 1366, height: 768, fps: 15, renditions: TranscodingOptions.ladder({ width: 1366, height: 768 }) },
  {
    width: 4096,
    height: 4096,
    fps: 60,
    renditions: [4096, 2160, 1080, 720].map((height) => ({ height, bitrate: 20_000_000 })),
  },
  // This source is so narrow that the width of its rendition is the minimum, 2 pixels.
  { width: 64, height: 4096, fps: 30, renditions: [{ height: 64, bitrate: 50_000 }] },
]

describe('vectors/TranscodingOptions.json', () => {
  it('has the values that the TypeScript code computes', async () => {
    const vectors = cases.map((options) => ({
      options,
      hash: TranscodingOptions.hash(options),
      unitsPerSecond: `${TranscodingOptions.unitsPerSecond(options)}`,
      widths: options.renditions.map(({ height }) => TranscodingOptions.renditionWidth(height, options)),
    }))
    const file = `${JSON.stringify({ cases: vectors }, null, 2)}\n`
    await expect(file).toMatchFileSnapshot('../vectors/TranscodingOptions.json')
  })
})

describe('pixelsPerSecond', () => {
  it('counts the source and all renditions', () => {
    expect(TranscodingOptions.pixelsPerSecond(options)).toBe(20 * (1280 * 720 + 854 * 480 + 640 * 360 + 426 * 240))
  })
})

describe('validate', () => {
  it('accepts every case of the vectors', () => {
    for (const options of cases) TranscodingOptions.validate(options)
  })

  it.each([
    { ...options, width: 62 },
    { ...options, width: 4098 },
    { ...options, height: Number.NaN },
    { ...options, fps: 0 },
    { ...options, fps: 61 },
    { ...options, fps: 29.97 },
    { ...options, renditions: [] },
    { ...options, renditions: [720, 480, 360, 240, 144].map((height) => ({ height, bitrate: 100_000 })) },
    { ...options, renditions: [{ height: 722, bitrate: 100_000 }] },
    { ...options, renditions: [{ height: 62, bitrate: 100_000 }] },
    { ...options, renditions: [{ height: 480, bitrate: 49_999 }] },
    { ...options, renditions: [{ height: 480, bitrate: 20_000_001 }] },
  ])('refuses an option out of range: %j', (wrong) => {
    expect(() => TranscodingOptions.validate(wrong)).toThrow(TranscodingOptions.OutOfRangeError)
  })

  it('names the option that is wrong, and the rule that it breaks', () => {
    expect(() => TranscodingOptions.validate({ ...options, fps: 61 })).toThrowErrorMatchingInlineSnapshot(`
      [TranscodingOptions.OutOfRangeError: A transcoding option is out of range.
      Option: fps
      Value: 61
      Allowed: 1 to 60]
    `)
    expect(() => TranscodingOptions.validate({ ...options, width: 1281 })).toThrowErrorMatchingInlineSnapshot(`
      [TranscodingOptions.OddSizeError: Widths and heights must be even.
      Option: width
      Value: 1281]
    `)
    const renditions = options.renditions.toReversed()
    expect(() => TranscodingOptions.validate({ ...options, renditions })).toThrowErrorMatchingInlineSnapshot(`
      [TranscodingOptions.LadderOrderError: Renditions must be ordered from the highest to the lowest.
      Height: 360
      Preceding height: 240]
    `)
    const repeated = [...options.renditions.slice(0, 1), ...options.renditions.slice(0, 1)]
    expect(() => TranscodingOptions.validate({ ...options, renditions: repeated })).toThrow(
      TranscodingOptions.LadderOrderError,
    )
  })
})

describe('renditionWidth', () => {
  it('is the even width that is nearest to the width with the aspect ratio of the source', () => {
    for (let width = 64; width <= 4096; width += 62)
      for (const height of [64, 240, 360, 480]) {
        const rendition = TranscodingOptions.renditionWidth(height, { width, height: 720 })
        expect(rendition % 2).toBe(0)
        expect(Math.abs(rendition - (height * width) / 720)).toBeLessThanOrEqual(1)
      }
  })
})

describe('ladder', () => {
  const heights = (height: number) =>
    TranscodingOptions.ladder({ width: 2 * height, height }).map((rung) => rung.height)

  it('has at least one rendition, and no rendition that is larger than the source', () => {
    expect(heights(1080)).toEqual([480, 360, 240])
    expect(heights(479)).toEqual([360, 240])
    expect(heights(240)).toEqual([240])
    expect(heights(181)).toEqual([180])
  })

  it('gives valid options for every source', () => {
    for (let height = 64; height <= 1080; height += 2) {
      const renditions = TranscodingOptions.ladder({ width: 1280, height })
      TranscodingOptions.validate({ width: 1280, height, fps: 30, renditions })
    }
  })
})
