import { setTimeout as wait } from 'node:timers/promises'
import { errors } from '@playwright/test'
import { Audience, read } from '../viewers/Audience'
import { measureWhile } from './measureWhile'
import type { Row } from './Row'
import { describeReturn, seconds as format, reach, targetOf } from './reach'
import { gather } from './steady'

const viewers = 4
/** The new viewer comes this long after the start of the block. */
const newcomerAfterMs = 15_000

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
      let newcomer = ''
      const { stalls = 0, stalledS = 0 } = await measureWhile(audience, async () => {
        const over = wait(seconds * 1_000)
        await audience.origin.block(true)
        const is = (readings: readonly { stalls: number }[]) => sum(readings) > stallsBefore
        const joining = wait(Math.min(newcomerAfterMs, seconds * 500)).then(() => describeNewcomer(audience))
        playedS = await reach(audience, { limitS: seconds, is })
        newcomer = await joining
        await over
        await audience.origin.block(false)
      })
      const played = playedS === undefined ? 'no viewer stalled' : `first stall after ${format(playedS)}`
      return { stalls, stalledS, note: `${played}; ${newcomer}; ${await describeReturn(audience, targetS)}` }
    } finally {
      await audience.close()
    }
  },
}

const sum = (readings: readonly { stalls: number }[]) => readings.reduce((total, { stalls }) => total + stalls, 0)

/** Opens the link with the hint during the block, and returns a text with the time to the first picture. */
async function describeNewcomer(audience: Audience): Promise<string> {
  try {
    const { firstPictureMs = Number.NaN } = await read(await audience.join(undefined, { isHinted: true }))
    return `a new viewer with the hinted link sees the first picture after ${format(firstPictureMs / 1_000)}`
  } catch (error) {
    // Playwright stops waiting for the picture after half a minute.
    if (!(error instanceof errors.TimeoutError)) throw error
    return 'a new viewer with the hinted link sees no picture'
  }
}

async function stallsOf(audience: Audience): Promise<number> {
  const { all } = await audience.lives()
  return sum(all.map(({ to }) => to))
}
