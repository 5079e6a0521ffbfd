import { setTimeout as wait } from 'node:timers/promises'
import { Audience } from '../viewers/Audience'
import { patientLp } from '../viewers/players'
import { measureWhile } from './measureWhile'
import type { Row } from './Row'

/** A viewer joins every three seconds. */
const joinEveryMs = 3_000
/** After the last viewer has joined, the connections and the buffers settle. */
const settleMs = 15_000

/** Lets viewers join, and waits until the connections and the buffers have settled. */
export async function gather(audience: Audience, viewers: number): Promise<void> {
  for (let count = 0; count < viewers; count++) {
    const next = wait(joinEveryMs)
    await audience.join()
    await next
  }
  await wait(settleMs)
}

/** Viewers that stay, without a disturbance. */
export const steady = (viewers: number): Row => ({
  title: `${viewers} viewers`,
  ideal: 1 - 1 / viewers,
  morePlayers: [patientLp],
  async measure(player, seconds = 90) {
    const audience = await Audience.open(player)
    try {
      await gather(audience, viewers)
      return await measureWhile(audience, () => wait(seconds * 1_000))
    } finally {
      await audience.close()
    }
  },
})
