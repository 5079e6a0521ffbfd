import { ProtocolError, Recipe } from '@lp/contracts/protocol'
import { selfTest as golden } from '../check/selfTest'
import type { Ffmpeg } from './Ffmpeg'
import { startSegment } from './segmentRun'

/**
 * Transcodes a tiny built-in segment and compares the canonical bytes: whoever fails would be convicted over every
 * segment. Throws `SelfTestError`, or what the run throws.
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

async function collect(output: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of output) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export class SelfTestError extends ProtocolError {
  override readonly name = 'Ffmpeg.SelfTestError'
  constructor({ path, actual }: { path: string; actual: readonly string[] }) {
    super('This ffmpeg does not follow the recipe bit for bit.', {
      details: [`Path: ${path}`, `Canonical hashes: ${actual.join(' ')}`],
    })
  }
}
