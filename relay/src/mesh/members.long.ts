import { afterAll, expect, test } from 'vitest'
import { type Member, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { startWebRtc } from '../../testbeds/wrtc'

const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

/** Resolves to the time until all members have `count` neighbours, in milliseconds. */
async function timeUntil(members: readonly Member[], count: number): Promise<number> {
  const startMs = performance.now()
  await Promise.all(members.map((member) => untilPeers(member, count)))
  return performance.now() - startMs
}

// This test measures a time, so it runs alone.
test.each(['with', 'without'])(
  'when three of twelve members leave one after another, the other nine have 8 neighbours again within 2 s after each departure, %s a tracker',
  async (tracker) => {
    const neighbourhood = await openNeighbourhood(webRtc)
    const members = Array.from({ length: 12 }, () => neighbourhood.join({ wantedChannels: 8 }))
    await timeUntil(members, 8)
    if (tracker === 'without') await neighbourhood.tracker.close()
    const times: number[] = []
    for (const leaving of members.splice(0, 3)) {
      const left = Promise.all(members.map(({ room }) => room.channels.get(leaving.id)?.next('close')))
      leaving.mesh.leave()
      await left
      times.push(await timeUntil(members, 8))
    }
    console.log(
      `Milliseconds until all members have 8 neighbours again, ${tracker} a tracker: ${times.map(Math.round)}`,
    )
    expect(Math.max(...times)).toBeLessThan(2_000)
    await neighbourhood.close()
  },
)
