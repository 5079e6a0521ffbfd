import { ProtocolError, Recipe } from '@lp/contracts/protocol'
import { selfTest as golden } from '../check/selfTest'
import { collect } from './collect'
import type { Ffmpeg } from './Ffmpeg'
import { startSegment } from './SegmentRun'

/**
 * Transcodes a tiny built-in segment and compares the canonical bytes. If an ffmpeg fails this test, a verifier would judge
 * its segments invalid. Throws `SelfTestError`, or the error of the run.
 */
export async function selfTest(ffmpeg: Ffmpeg): Promise<void> {
  const { options, qps, canonicalHashes, segment } = golden
  const run = startSegment(ffmpeg, {
    options,
    qps,
    limits: { timeoutMs: 10_000, cpuSeconds: 10, memoryBytes: 2 ** 31 },
  })
  const collected = Promise.all(run.outputs.map(collect))
  await Promise.all([run.write(segment()).then(() => run.end()), collected])
  const outputs = await Promise.all(
    (await collected).map((data, index) => Recipe.measure({ data, qp: qps[index] as number })),
  )
  const actual = outputs.map(({ canonicalHash }) => canonicalHash)
  if (actual.join() !== canonicalHashes.join()) throw new SelfTestError({ path: ffmpeg.path, actual })
}

export class SelfTestError extends ProtocolError {
  override readonly name = 'Ffmpeg.SelfTestError'
  constructor({ path, actual }: { path: string; actual: readonly string[] }) {
    super('The output of this ffmpeg differs from the recipe.', {
      details: [`Path: ${path}`, `Canonical hashes: ${actual.join(' ')}`],
    })
  }
}
