// @vitest-environment happy-dom
import { act, lazy } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it, vi } from 'vitest'
import { LatePart } from './LatePart'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

it('says that a part could not be loaded, and keeps the rest of the page', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const Lost = lazy(() => Promise.reject(new TypeError('Failed to fetch dynamically imported module')))
  const container = document.createElement('div')
  const page = (
    <>
      <p>The picture</p>
      <LatePart name="The wallet" loading={<p>Loading</p>}>
        <Lost />
      </LatePart>
    </>
  )
  await act(async () => createRoot(container).render(page))
  expect(container.textContent).toBe(
    'The pictureThe wallet could not be loaded.Check your connection, and reload the page.',
  )
})
