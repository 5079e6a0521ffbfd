import { setTimeout as wait } from 'node:timers/promises'
import { Audience } from '../viewers/Audience'
import { type Player, stock } from '../viewers/players'
import { measureWhile } from './measureWhile'
import type { Result, Row } from './Row'
import { gather } from './steady'

const viewers = 4

/**
 * The CPU time that the mesh and the checks of signatures cost a viewer: the CPU time of a viewer of lp, compared with unchanged hls.js
 * that plays the same bytes.
 */
export const light: Row = {
  title: `${viewers} viewers, compared with ${stock.name}`,
  async measure(player, seconds = 90) {
    if (player.origin !== stock.origin) return { note: 'not measured: the origin has no LL-HLS' }
    const one = async (measured: Player): Promise<Result> => {
      const audience = await Audience.open(measured)
      try {
        await gather(audience, viewers)
        return await measureWhile(audience, () => wait(seconds * 1_000))
      } finally {
        await audience.close()
      }
    }
    const plain = await one(stock)
    const ours = await one(player)
    const { cpu: { viewer } = { viewer: Number.NaN }, behindS, stalls } = plain
    const text = `${stock.name}: ${viewer.toFixed(2)} cores for each viewer, ${behindS?.mean.toFixed(1)} s behind live, ${stalls} stalls`
    return { ...ours, note: text }
  },
}
