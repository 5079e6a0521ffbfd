import { setTimeout as wait } from 'node:timers/promises'
import { ensureSocat } from '../../../scripts/system'
import { type Limits, unlimited } from '../network/Router'
import { ShapedNetwork } from '../network/ShapedNetwork'
import { qualities } from '../origin/media'
import { Audience } from '../viewers/Audience'
import { measureWhile } from './measureWhile'
import type { Row } from './Row'
import { seconds as format } from './reach'
import { gather } from './steady'

const viewers = 4
const bytesPerMs = qualities.source.bitrate / 8_000
const settleMs = 15_000
const limits: Limits = { uploadBytesPerMs: 1.5 * bytesPerMs, delayMs: 40, loss: 0.005 }

/**
 * Viewers that each have their own host. At first the hosts have no limits. Then they have slow uploads, long delays and lost packets. The
 * figures are those of the time with the limits.
 */
export const shaped: Row = {
  title: `${viewers} viewers, upload 1.5 × the bitrate, RTT 80 ms, 0.5 % of the packets lost`,
  ideal: 1 - 1 / viewers,
  async measure(player, seconds = 90) {
    if (process.getuid?.() !== 0) return { note: 'not measured: network namespaces need root' }
    ensureSocat()
    let network: ShapedNetwork | undefined
    try {
      const audience = await Audience.open(player, {
        networkOf: async ({ ports }) => {
          network = await ShapedNetwork.open(ports)
          return network
        },
      })
      try {
        await gather(audience, viewers)
        const before = await measureWhile(audience, () => wait((seconds * 1_000) / 3))
        network?.limit(limits)
        await wait(settleMs)
        const after = await measureWhile(audience, () => wait(seconds * 1_000))
        network?.limit(unlimited)
        return { ...after, note: `${format(before.behindS?.mean ?? Number.NaN)} behind live without the limits` }
      } finally {
        await audience.close()
      }
    } finally {
      await network?.close()
    }
  },
}
