// @vitest-environment happy-dom
import { beforeAll, expect, test } from 'vitest'

const id = `0x${'ab'.repeat(32)}`

beforeAll(async () => {
  await import('./lpPlayer')
})

const show = (stream: string) => {
  const player = document.createElement('lp-player')
  player.setAttribute('stream', stream)
  document.body.append(player)
  return player
}
const frame = (player: Element) => player.shadowRoot?.querySelector('iframe')

test('the element shows the stream of a share link, of a stream id, and of a changed attribute, with the player of its own site', () => {
  const link = `https://other.example/app/#/watch/${id}?relay=abc&tracker=wss%3A%2F%2Fone.example`
  const player = show(link)
  expect(frame(player)?.src).toBe(
    new URL(`#/embed/${id}?relay=abc&tracker=wss%3A%2F%2Fone.example`, document.baseURI).href,
  )
  expect([frame(player)?.allow, frame(player)?.title]).toEqual([
    'autoplay; fullscreen; picture-in-picture',
    'Live stream',
  ])
  const other = `0x${'cd'.repeat(32)}`
  player.setAttribute('stream', other)
  expect(frame(player)?.src).toMatch(new RegExp(`#/embed/${other}$`))
  expect(player.shadowRoot?.querySelectorAll('iframe').length).toBe(1)
})

test.each(['', 'javascript:alert(1)', `${id}0`, `https://other.example/${id}`, `${id}"><script>`])(
  'the element shows a sentence instead of a frame for the wrong text %s',
  (stream) => {
    const player = show(stream)
    expect(frame(player)).toBeNull()
    expect(player.shadowRoot?.textContent).toContain('Copy the link of the stream again.')
  },
)
