import { StreamCover } from '@lp/contracts/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sizeOf } from '../../../contracts/protocol/media/Jpeg'
import { openTestPages, type TestPages } from '../../testbeds/openTestPages'
import type { PosterDriver } from '../../testbeds/posterPage'

let pages: TestPages
beforeAll(async () => {
  pages = await openTestPages('posterPage.html')
})
afterAll(() => pages?.close())

async function call<Name extends keyof PosterDriver>(name: Name, ...input: Parameters<PosterDriver[Name]>) {
  const page = await pages.open()
  return page.evaluate<string>(`driver.${name}(...${JSON.stringify(input)})`)
}

/** The size of the picture, after all checks of a viewer. */
function checked(poster: string) {
  StreamCover.assertShowable({ title: '', poster })
  return sizeOf(Uint8Array.from(Buffer.from(poster, 'base64')))
}

describe('a poster', () => {
  test('from an image of any size is so small that viewers accept it', async () => {
    const { width, height } = checked(await call('ofNoise', 1_500, 1_000))
    expect([width <= 480, Math.round((100 * width) / height)]).toEqual([true, 150])
    checked(await call('ofNoise', 20, 4_000))
  })

  test('from the camera shows the present picture', async () => {
    const { width, height } = checked(await call('ofStream'))
    expect(width / height).toBeCloseTo(16 / 9, 1)
  })

  test('from a file that is no picture, or without a camera, is refused in one sentence', async () => {
    expect(await call('ofText', 'not a picture')).toBe('The browser cannot make a poster from this file.')
    expect(await call('ofNothing')).toBe('The browser cannot take a picture now.')
  })
})
