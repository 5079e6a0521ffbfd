import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { type Abilities, presetsFor } from './presets'
import type { Quality } from './Quality'
import { QualityPicker } from './QualityPicker'

const handlers = { onPreset: () => undefined, onFrameRate: () => undefined }

/** The names of the qualities and frame rates that a broadcaster can choose, and the first line below them. */
function shownFor(abilities: Abilities, { presetId, frameRate = 30, isMeasuring = false }: Partial<Shown> = {}) {
  const presets = presetsFor(abilities, frameRate)
  const id = presetId ?? presets[0]?.id ?? ''
  const quality = { presets, presetId: id, price: undefined, isMeasuring, ...handlers }
  const html = renderToStaticMarkup(<QualityPicker quality={quality} />)
  const names = [...html.matchAll(/type="radio"[^>]*><span[^>]*>([^<]*)</g)].map(([, name]) => name)
  return { names, sends: /You send<\/dt><dd[^>]*>(.*?)<\/dd>/.exec(html)?.[1] }
}
type Shown = { presetId: string; frameRate: number; isMeasuring: boolean }

it.each([
  [undefined, ['720p', '480p', '360p'], '720p, 20 fps, 2.0 Mbit/s'],
  [{ width: 1920, height: 1080, fps: 30 }, ['720p', '480p', '360p'], '720p, 20 fps, 2.0 Mbit/s'],
  [{ width: 720, height: 1280 }, ['720p', '480p', '360p'], '720p, 20 fps, 2.0 Mbit/s'],
  [{ width: 960, height: 540, fps: 15 }, ['540p', '480p', '360p'], '540p, 15 fps, 2.0 Mbit/s'],
  [{ width: 640, height: 480 }, ['480p', '360p'], '480p, 20 fps, 1.2 Mbit/s'],
  [{ width: 320, height: 240 }, ['240p'], '240p, 20 fps, 800 kbit/s'],
])(
  'before the encoder is measured, the qualities for the picture %o are %o, and the page sends %s',
  (picture, names, sends) => {
    expect(shownFor({ picture })).toEqual({ names, sends })
  },
)

const camera = { width: 1920, height: 1080, fps: 60 }
const qualities = ['1080p', '720p', '480p', '360p']

it('offers what the camera and the encoder can do; 30 pictures a second are the default', () => {
  const fast = { picture: camera, speedOf: () => 200 }
  expect(shownFor(fast)).toEqual({
    names: [...qualities, '60 fps', '30 fps', '20 fps'],
    sends: '1080p, 30 fps, 4.9 Mbit/s',
  })
  expect(shownFor(fast, { frameRate: 60, presetId: '720p' }).sends).toBe('720p, 60 fps, 3.5 Mbit/s')
  expect(shownFor({ ...fast, picture: { ...camera, fps: 25 } }).names).toEqual([...qualities, '25 fps', '20 fps'])
})

it('offers no quality for which the encoder is too slow', () => {
  const speedOf = ({ height }: { height: number }) => (height > 720 ? 20 : 60)
  const slow = { picture: camera, speedOf }
  expect(shownFor(slow)).toEqual({
    names: ['720p', '480p', '360p', '30 fps', '20 fps'],
    sends: '720p, 30 fps, 2.5 Mbit/s',
  })
  expect(shownFor({ picture: camera, speedOf: () => 3 })).toEqual({
    names: ['360p'],
    sends: '360p, 20 fps, 800 kbit/s',
  })
})

it('offers no quality that no transcoder at the price can do', () => {
  const fast = { picture: camera, speedOf: () => 200 }
  // 720p with its renditions has 1.66 million pixels, and 1080p has 2.82 million pixels.
  expect(shownFor({ ...fast, capacity: 51e6 })).toMatchObject({ names: ['720p', '480p', '360p', '30 fps', '20 fps'] })
  expect(shownFor({ ...fast, capacity: 85e6 })).toMatchObject({ names: [...qualities, '30 fps', '20 fps'] })
  expect(shownFor({ ...fast, capacity: 0 })).toMatchObject({ names: ['360p'] })
})

it('says that the page measures the computer', () => {
  expect(shownFor({ picture: camera }, { isMeasuring: true }).sends).toBe('measuring this computer')
})

it.each([
  [187_411n * 10n ** 9n, 'about 0.0001874 ETH to go live'],
  [undefined, 'cannot be read now; your wallet shows it'],
])('beside the price, the page shows the network fee: %s wei is shown as %s', (networkWei, shown) => {
  const price = { perHourWei: 10n ** 15n, depositWei: 10n ** 16n, inputFinePercent: 10n, unreachable: 0, away: 0 }
  const quality: Quality = {
    ...{ presets: presetsFor({ picture: undefined }, 20), presetId: '720p', isMeasuring: false, ...handlers },
    price: { ...price, networkWei, missingWei: 0n },
  }
  const html = renderToStaticMarkup(<QualityPicker quality={quality} />)
  expect(html.replace(/<[^>]*>/g, '|')).toMatch(
    new RegExp(`Price\\|+about 0.001 ETH per hour\\|+Network fee\\|+${shown}`),
  )
})
