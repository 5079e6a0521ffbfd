import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { presetsFor } from './presets'
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
