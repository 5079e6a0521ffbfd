import { expect, test } from 'vitest'
import { embedCode } from './embedCode'
import * as ShareLink from './ShareLink'

const streamId = `0x${'ab'.repeat(32)}` as const
const trackers = ['wss://one.example/announce', 'wss://two.example/announce?key="a"']

test('the code to embed a stream is a frame with the whole link, and its attributes have no bare quotes or ampersands', () => {
  const link = ShareLink.create({ streamId, hints: { relays: [], trackers } }, 'https://lp.example/app/')
  const code = embedCode(link)
  const [, src = ''] = /^<iframe src="([^"]*)" title="Live stream" /.exec(code) ?? []
  expect(src.replaceAll('&amp;', '')).not.toContain('&')
  const shown = src.replaceAll('&amp;', '&')
  expect(shown).toMatch(/^https:\/\/lp\.example\/app\/#\/embed\/0x/)
  expect(ShareLink.parse(shown)).toEqual(ShareLink.parse(link))
  expect(code).toContain('allow="autoplay; fullscreen; picture-in-picture"')
})
