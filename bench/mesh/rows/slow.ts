import { setTimeout as wait } from 'node:timers/promises'
import { qualities } from '../origin/media'
import { Audience, read, type Viewer } from '../viewers/Audience'
import type { Row } from './Row'
import { describeReturn, seconds as format, reach, targetOf } from './reach'
import { gather } from './steady'

const bitsPerS = 1_000_000

/**
 * The connection of one viewer becomes slower than the bitrate of the source. There is no other viewer: Chromium limits only HTTP and
 * not WebRTC, so the bytes of another viewer would have no limit.
 */
export const slow: Row = {
  title: 'one viewer, limited to 1 Mbit/s',
  async measure(player, seconds = 30) {
    const audience = await Audience.open(player, { isAdaptive: true })
    try {
      await gather(audience, 1)
      const { page } = audience.viewers[0] as Viewer
      const shows = (height: number) => reach(audience, { limitS: seconds, is: ([one]) => one?.height === height })
      if ((await shows(qualities.source.height)) === undefined) return { note: 'never showed the source' }
      const targetS = await targetOf(audience)
      const before = await read({ page })
      const session = await page.context().newCDPSession(page)
      await session.send('Network.emulateNetworkConditions', {
        ...{ offline: false, latency: 0, uploadThroughput: -1, downloadThroughput: bitsPerS / 8 },
      })
      const over = wait(seconds * 1_000)
      const downS = await shows(qualities.rendition.height)
      await over
      // This ends the limit.
      await session.detach()
      const returned = await describeReturn(audience, targetS)
      const after = await read({ page })
      const down = downS === undefined ? 'kept the quality' : `lower quality on screen after ${format(downS)}`
      return {
        stalls: after.stalls - before.stalls,
        stalledS: after.stalledS - before.stalledS,
        note: `${down}; after the limit ${returned}`,
      }
    } finally {
      await audience.close()
    }
  },
}
