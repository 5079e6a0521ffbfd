import { Audience } from '../viewers/Audience'
import type { Row } from './Row'
import { seconds } from './reach'
import { gather } from './steady'

const attempts = 5

/** The time from opening the link to the first picture: in a browser that has never seen the page, and in the same browser again. */
export const start: Row = {
  title: 'first picture',
  async measure(player) {
    // The player chooses the first quality by itself, as for a person that opens a link.
    const audience = await Audience.open(player, { isAdaptive: true })
    try {
      await gather(audience, 2)
      const [cold, warm]: [number[], number[]] = [[], []]
      for (let attempt = 0; attempt < attempts; attempt++) {
        const context = await audience.newContext()
        for (const times of [cold, warm]) {
          const viewer = await audience.join(context)
          times.push(await viewer.page.evaluate(() => readProbe().firstPictureMs ?? Number.NaN))
          await audience.leave(viewer)
        }
        await context.close()
      }
      return {
        note: `medians of ${attempts} attempts: cold ${seconds(median(cold) / 1_000)}, warm ${seconds(median(warm) / 1_000)}`,
      }
    } finally {
      await audience.close()
    }
  },
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
