import { ProtocolError, Recipe, type TranscodingOptions } from '@lp/contracts/protocol'
import type { Ffmpeg } from './ffmpeg'
import { startSegment } from './segmentRun'
import { selfTestSegment } from './selfTestSegment'

const options: TranscodingOptions.TranscodingOptions = {
  width: 160,
  height: 96,
  fps: 20,
  renditions: [
    { height: 96, bitrate: 100_000 },
    { height: 64, bitrate: 50_000 },
  ],
}
const qps = [24, 32]
/** What ffmpeg 4.1 and 5.1 and the WASM core agree on. */
const expected = [
  '0x1b0a2d2adca5a4b2a879bad47b4dff8b082930d03a4d4297b45ed3957bccf52a',
  '0x9356c36fb22e304cd71fcd59d938da2f61df7db20c91d9a8cc703103230b5332',
]

/**
 * Transcodes a tiny built-in segment and compares the canonical bytes: whoever fails would be convicted over every
 * segment. Throws `SelfTestError`, or what the run throws.
 */
export async function selfTest(ffmpeg: Ffmpeg): Promise<void> {
  const run = startSegment(ffmpeg, {
    options,
    qps,
    limits: { timeoutMs: 10_000, cpuSeconds: 10, memoryBytes: 2 ** 31 },
  })
  const collected = Promise.all(run.outputs.map(collect))
  await Promise.all([run.write(Buffer.from(selfTestSegment, 'base64')).then(() => run.end()), collected])
  const outputs = await Promise.all(
    (await collected).map((data, index) => Recipe.measure({ data, qp: qps[index] as number })),
  )
  const actual = outputs.map(({ canonicalHash }) => canonicalHash)
  if (actual.join() !== expected.join()) throw new SelfTestError({ path: ffmpeg.path, actual })
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
