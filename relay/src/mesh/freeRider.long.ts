import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { type Neighbourhood, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { createLevel, joinPieces, Origin, type Release, untilWhole } from '../../testbeds/pieces'
import { startWebRtc } from '../../testbeds/wrtc'
import { freeForAll } from './Accounting'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
})
afterEach(() => neighbourhood.close())
afterAll(() => webRtc.cleanup())

type Viewer = ReturnType<typeof joinPieces>
const spareMs = 3_000
/** A new neighbour gets this many bytes before it counts as a free-rider. */
const creditBytes = 128 * 1024

test('with scarce uplinks, a free-rider gets less than half as many bytes from peers as each other viewer, and the others get all segments in time', async () => {
  const level = createLevel()
  const origin = new Origin()
  const options = { spareMs, relay: origin }
  // With this `random`, the random upload slot goes to the neighbour that connected first (see `Members.chooseSlots`).
  const honest = Array.from({ length: 4 }, () => joinPieces(neighbourhood, level, { ...options, random: () => 0 }))
  await Promise.all(honest.map((viewer) => untilPeers(viewer, 3)))
  const accounting = { ...freeForAll, maySend: () => false }
  const freeRider = joinPieces(neighbourhood, level, { spareMs, relay: new Origin(), accounting })
  await Promise.all(honest.map((viewer) => untilPeers(viewer, 4)))
  const bytesFromPeers = () => [freeRider, ...honest].map(({ mesh }) => mesh.stats.bytesFromPeers)

  const playing: Promise<number>[] = []
  const play = async ({ pieces }: Viewer, release: Release, releasedMs: number) => {
    await untilWhole(pieces, release)
    return performance.now() - releasedMs
  }
  let number = 0
  const broadcast = async () => {
    const releases = await level.segment(number++)
    for (const each of releases) {
      origin.release(each)
      for (const { pieces } of [...honest, freeRider]) pieces.know(each.header)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    playing.push(...honest.map((viewer) => play(viewer, releases.at(-1) as Release, performance.now())))
  }
  const hasCredit = ({ mesh }: Viewer) =>
    mesh.stats.neighbours.some(({ id, bytesTo }) => id === freeRider.id && bytesTo <= creditBytes)
  while (honest.some(hasCredit)) await broadcast()
  // The stream has 3.2 Mbit/s, so the viewers cannot send each piece to all others.
  for (const { mesh } of honest) mesh.limitUploads(600_000)
  const before = bytesFromPeers()
  for (let segments = 0; segments < 7; segments++) await broadcast()
  for (const tookMs of await Promise.all(playing)) expect(tookMs).toBeLessThan(spareMs)
  const [free = 0, ...others] = bytesFromPeers().map((bytes, index) => bytes - (before[index] ?? 0))
  expect(2 * free).toBeLessThan(Math.min(...others))
  expect(honest.flatMap(({ bans }) => bans)).toEqual([])
})
