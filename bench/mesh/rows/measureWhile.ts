import { readCpu } from '../cpu'
import { figuresOf } from '../figures'
import { qualities } from '../origin/media'
import type { Audience } from '../viewers/Audience'
import type { Result } from './Row'

/** The figures of the audience while `act` runs. */
export async function measureWhile(audience: Audience, act: () => Promise<unknown>): Promise<Result> {
  const { origin } = audience
  const except = origin.processId
  await audience.begin()
  const [bytesBefore, before] = [await origin.mediaBytes(), readCpu({ except })]
  const startMs = performance.now()
  await act()
  const [bytesAfter, after] = [await origin.mediaBytes(), readCpu({ except })]
  const elapsedS = (performance.now() - startMs) / 1_000
  const figures = figuresOf({
    ...(await audience.lives()),
    ...{ originBytes: bytesAfter - bytesBefore, bytesPerS: qualities.source.bitrate / 8 },
  })
  const viewer = (after.childrenS - before.childrenS) / elapsedS / audience.viewers.length
  return { ...figures, cpu: { machine: (after.busyMs - before.busyMs) / (after.totalMs - before.totalMs), viewer } }
}
