import { expectAccessible } from './accessibility'
import { expect, test } from './fixtures'
import { expectWatch, goLive, openBroadcast, stop, streamIdOf } from './pages'

test('a stream is shown under “Live” only while its broadcaster wants it and while it is live, with its signed title', async ({
  browser,
  network,
}) => {
  const context = await browser.newContext()
  const broadcaster = await openBroadcast(context, network.url)
  await broadcaster.getByLabel('Title').fill('Trains at Olten')
  const choice = broadcaster.getByRole('switch', { name: /Show the stream under/ })
  await expect(choice).not.toBeChecked()
  const link = await goLive(broadcaster)

  const page = await (await browser.newContext()).newPage()
  await page.goto(`${network.url}/#/`)
  await page.getByRole('link', { name: 'See what is live now' }).click()
  await expect(page.getByTestId('live')).toHaveAttribute('data-state', 'read')
  await expect(page.getByText('No stream is shown here now.')).toBeVisible()
  await expectAccessible(page)

  const card = page.getByTestId('live-stream')
  await test.step('the broadcaster turns the switch on while the stream is live', async () => {
    await choice.click()
    await expect(choice).toBeChecked()
    await expect(card).toHaveAttribute('href', `#/watch/${streamIdOf(link)}`)
    await expect(card).toContainText('Trains at Olten')
    await expectAccessible(page)
  })

  await test.step('a relay that invents streams changes nothing', async () => {
    const liar = await (await browser.newContext()).newPage()
    await liar.route(/\/live$/, async (route) => {
      const answer = await route.fetch()
      const { streams } = (await answer.json()) as { streams: { listing: { streamId: string } }[] }
      const [entry] = streams
      const invented = entry && { ...entry, listing: { ...entry.listing, streamId: `0x${'ab'.repeat(32)}` } }
      await route.fulfill({ response: answer, json: { streams: [invented, entry] } })
    })
    await liar.goto(`${network.url}/#/live`)
    await expect(liar.getByTestId('live-stream')).toHaveCount(1)
    await expect(liar.getByTestId('live-stream')).toHaveAttribute('href', `#/watch/${streamIdOf(link)}`)
    await liar.context().close()
  })

  await test.step('a person opens the stream from the card', async () => {
    const viewer = await (await browser.newContext()).newPage()
    await viewer.goto(`${network.url}/#/live`)
    await viewer.getByTestId('live-stream').click()
    await expectWatch(viewer, 'live')
    await viewer.context().close()
  })

  await test.step('the stream is not shown after its end', async () => {
    await stop(broadcaster)
    await page.reload()
    await expect(page.getByText('No stream is shown here now.')).toBeVisible()
  })
  await context.close()
  await page.context().close()
})
