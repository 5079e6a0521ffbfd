import { describe, expect, test } from 'vitest'
import { containedIn, encodedSize } from './picture'

const BOX = { width: 1280, height: 720 }

describe('encodedSize', () => {
  test.each([
    ['a source of the same size as the box', { width: 1280, height: 720 }, { width: 1280, height: 720 }],
    ['a larger source', { width: 1920, height: 1080 }, { width: 1280, height: 720 }],
    ['a smaller source, without upscaling', { width: 640, height: 360 }, { width: 640, height: 360 }],
    ['a narrower source', { width: 1440, height: 1080 }, { width: 960, height: 720 }],
    ['an upright phone', { width: 1080, height: 1920 }, { width: 720, height: 1280 }],
    ['a window with odd sides', { width: 1001, height: 701 }, { width: 1000, height: 700 }],
    ['a tiny window, enlarged to the least allowed sides', { width: 20, height: 10 }, { width: 64, height: 64 }],
  ])('fits %s', (_, source, size) => {
    expect(encodedSize(source, BOX)).toEqual(size)
  })
})

describe('containedIn', () => {
  test('centres a picture in a box that has a different aspect ratio', () => {
    expect(containedIn({ width: 360, height: 640 }, BOX)).toEqual({ x: 437, y: 0, width: 405, height: 720 })
    expect(containedIn({ width: 1280, height: 400 }, BOX)).toEqual({ x: 0, y: 160, width: 1280, height: 400 })
  })
})
