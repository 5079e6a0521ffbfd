import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Neighbourhood, openNeighbourhood } from '../../testbeds/mesh'
import { startWebRtc } from '../../testbeds/wrtc'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await neighbourhood.close()
})
afterAll(() => webRtc.cleanup())

/** Moves the clock of the mesh forward. */
function pass(ms: number) {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ms)
}

/** A relay that says HELLO and nothing more. */
const silentRelay = () => neighbourhood.stranger((peer) => peer.on('message', () => {}), neighbourhood.asRelay)

test('when a relay connects again after it was killed, the silent connection to the killed process is closed', async () => {
  const killed = silentRelay()
  const viewer = neighbourhood.join()
  const ids = () => viewer.mesh.stats.neighbours.map(({ id }) => id)
  while (!ids().includes(killed.id)) await viewer.mesh.next('change')
  pass(3_000)
  const again = silentRelay()
  while (!ids().includes(again.id) || ids().includes(killed.id)) await viewer.mesh.next('change')
  expect(ids()).toEqual([again.id])
}, 20_000)
