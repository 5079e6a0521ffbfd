import { expect, test } from './fixtures'
import { forbidStorage, openForeignPage, playerElement } from './foreignPage'

const link = `https://other.example/#/watch/0x${'ab'.repeat(32)}`

test('the element of a foreign page shows only the player, also if the browser forbids storage in frames', async ({
  network,
  context,
}) => {
  await forbidStorage(context)
  const page = await openForeignPage(context, playerElement(network.url, link))
  const frame = page.frameLocator('lp-player iframe')
  await expect(frame.getByTestId('watch-state')).toHaveAttribute('data-state', 'not-found')
  await expect(frame.getByRole('region', { name: 'Player' })).toContainText('There is no such stream.')
  await expect(frame.getByRole('navigation')).toHaveCount(0)
  const size = await frame.getByRole('region', { name: 'Player' }).boundingBox()
  expect([size?.width, size?.height]).toEqual([480, 270])
})

test('a frame with a damaged link says what to do', async ({ network, page }) => {
  await page.goto(`${network.url}/#/embed/0xabc`)
  await expect(page.getByRole('alert')).toContainText('This is not a link to a stream.')
  await expect(page.getByRole('navigation')).toHaveCount(0)
})
