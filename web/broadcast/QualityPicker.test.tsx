import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { presetsFor } from './presets'
import type { Quality } from './Quality'
import { QualityPicker } from './QualityPicker'

/** The names of the qualities that a broadcaster can choose, and the first line below them. */
function shownFor(picture: Parameters<typeof presetsFor>[0]) {
  const presets = presetsFor(picture)
  const quality = { presets, presetId: presets[0]?.id ?? '', price: undefined, onPreset: () => undefined }
  const html = renderToStaticMarkup(<QualityPicker quality={quality} />)
  const names = [...html.matchAll(/role="radio"[^>]*>([^<]*)</g)].map(([, name]) => name)
  return { names, sends: /You send<\/dt><dd[^>]*>(.*?)<\/dd>/.exec(html)?.[1] }
}

it.each([
  [undefined, ['720p', '480p', '360p'], '720p, 20 fps, 2.0 Mbit/s'],
  [{ width: 1920, height: 1080, frameRate: 30 }, ['720p', '480p', '360p'], '720p, 20 fps, 2.0 Mbit/s'],
  [{ width: 720, height: 1280 }, ['720p', '480p', '360p'], '720p, 20 fps, 2.0 Mbit/s'],
  [{ width: 960, height: 540, frameRate: 15 }, ['540p', '480p', '360p'], '540p, 15 fps, 2.0 Mbit/s'],
  [{ width: 640, height: 480 }, ['480p', '360p'], '480p, 20 fps, 1.2 Mbit/s'],
  [{ width: 320, height: 240 }, ['240p'], '240p, 20 fps, 800 kbit/s'],
])('for the picture %o, the qualities are %o, and the page sends %s', (picture, names, sends) => {
  expect(shownFor(picture)).toEqual({ names, sends })
})

it.each([
  [187_411n * 10n ** 9n, 'about 0.0001874 ETH to go live'],
  [undefined, 'cannot be read now; your wallet shows it'],
])('beside the price, the page shows the network fee: %s wei is shown as %s', (networkWei, shown) => {
  const price = { perHourWei: 10n ** 15n, depositWei: 10n ** 16n, inputFinePercent: 10n, unreachable: 0, away: 0 }
  const quality: Quality = {
    ...{ presets: presetsFor(undefined), presetId: '720p', onPreset: () => undefined },
    price: { ...price, networkWei, missingWei: 0n },
  }
  const html = renderToStaticMarkup(<QualityPicker quality={quality} />)
  expect(html.replace(/<[^>]*>/g, '|')).toMatch(
    new RegExp(`Price\\|+about 0.001 ETH per hour\\|+Network fee\\|+${shown}`),
  )
})
