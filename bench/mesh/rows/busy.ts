import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { Audience } from '../viewers/Audience'
import { measureWhile } from './measureWhile'
import { describeOffloadReturn } from './offloadReturn'
import type { Row } from './Row'
import { describeReturn, targetOf } from './reach'
import { gather } from './steady'

const viewers = 4
const busyMs = 20_000
/** For this time before the load, the row measures the offload to which the viewers must return. */
const beforeMs = 15_000
/** The system gives each waiting thread an equal part of a core, so one busy thread on each core would leave half of the core to the viewers. */
const threadsPerCore = 4

/** Another program takes all CPU. The figures are those of the time after this program has ended. */
export const busy: Row = {
  title: `${viewers} viewers, after another program took all CPU for ${busyMs / 1_000} s`,
  ideal: 1 - 1 / viewers,
  async measure(player, seconds = 30) {
    const audience = await Audience.open(player)
    try {
      await gather(audience, viewers)
      const { offload = Number.NaN } = await measureWhile(audience, () => wait(beforeMs))
      const targetS = await targetOf(audience)
      const disturbed = await measureWhile(audience, takeAllCpu)
      const returns = await Promise.all([describeReturn(audience, targetS), describeOffloadReturn(audience, offload)])
      const after = await measureWhile(audience, () => wait(seconds * 1_000))
      return { ...after, note: `${disturbed.stalls} stalls under the load; ${returns.join('; ')}` }
    } finally {
      await audience.close()
    }
  },
}

async function takeAllCpu(): Promise<void> {
  const programs = Array.from({ length: threadsPerCore * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);']),
  )
  const end = (program: ChildProcess) => {
    const ended = once(program, 'exit')
    program.kill()
    return ended
  }
  await wait(busyMs)
  await Promise.all(programs.map(end))
}
