// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CopyLink } from './CopyLink'
import { CopyText } from './CopyText'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const place = document.createElement('div')
const root = createRoot(place)

beforeAll(() => document.body.append(place))
afterAll(() => act(async () => root.unmount()))

// A person who speaks to the browser says the words that the page shows.
test('the name of the button of CopyText, and of the link and the button of CopyLink, begins with the visible text', async () => {
  await act(async () =>
    root.render(
      <>
        <CopyText label="transcoder address" text="0x1234567890" short="0x12…90" />
        <CopyLink label="link to the stream" link="https://example.org/#/watch/0x12" />
      </>,
    ),
  )
  const names = [...place.querySelectorAll('[aria-label]')].map((node) => [
    node.textContent,
    node.getAttribute('aria-label'),
  ])
  expect(names).toEqual([
    ['0x12…90', '0x12…90, copy transcoder address'],
    ['https://example.org/#/watch/0x12', 'https://example.org/#/watch/0x12, link to the stream'],
    ['Copy', 'Copy: link to the stream'],
  ])
})
