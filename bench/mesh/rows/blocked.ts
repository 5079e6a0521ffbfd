import { setTimeout as wait } from 'node:timers/promises'
import { Audience } from '../viewers/Audience'
import { measureWhile } from './measureWhile'
import type { Row } from './Row'
import { describeReturn, seconds as format, reach, targetOf } from './reach'
import { gather } from './steady'

const viewers = 4

/** The origin’s HTTP server and tracker are blocked during the stream. The chain and the server of the page still answer. */
export const blocked: Row = {
  title: `${viewers} viewers, the origin's HTTP server and tracker blocked for a minute`,
  async measure(player, seconds = 60) {
    const audience = await Audience.open(player)
    try {
      await gather(audience, viewers)
      const targetS = await targetOf(audience)
      const stallsBefore = await stallsOf(audience)
      let playedS: number | undefined
      const { stalls = 0, stalledS = 0 } = await measureWhile(audience, async () => {
        const over = wait(seconds * 1_000)
        await audience.origin.block(true)
        const is = (readings: readonly { stalls: number }[]) => sum(readings) > stallsBefore
        playedS = await reach(audience, { limitS: seconds, is })
        await over
        await audience.origin.block(false)
      })
      const played = playedS === undefined ? 'no viewer stalled' : `first stall after ${format(playedS)}`
      return { stalls, stalledS, note: `${played}; ${await describeReturn(audience, targetS)}` }
    } finally {
      await audience.close()
    }
  },
}

const sum = (readings: readonly { stalls: number }[]) => readings.reduce((total, { stalls }) => total + stalls, 0)

async function stallsOf(audience: Audience): Promise<number> {
  const { all } = await audience.lives()
  return sum(all.map(({ to }) => to))
}
