import { setTimeout as wait } from 'node:timers/promises'
import { Audience, type Viewer } from '../viewers/Audience'
import { measureWhile } from './measureWhile'
import type { Row } from './Row'
import { gather } from './steady'

const viewers = 6
const everyMs = 15_000

/** Again and again, the viewer that has watched for the longest time leaves, and a new viewer joins. */
export const churn: Row = {
  title: `${viewers} viewers, one leaves and one joins every ${everyMs / 1_000} s`,
  ideal: 1 - 1 / viewers,
  async measure(player, seconds = 300) {
    const audience = await Audience.open(player)
    try {
      await gather(audience, viewers)
      return await measureWhile(audience, async () => {
        for (let turn = 0; turn < (seconds * 1_000) / everyMs; turn++) {
          const next = wait(everyMs)
          await audience.leave(audience.viewers[0] as Viewer)
          await audience.join()
          await next
        }
      })
    } finally {
      await audience.close()
    }
  },
}
