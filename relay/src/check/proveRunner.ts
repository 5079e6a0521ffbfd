import { MpegTs, ProtocolError, Recipe } from '@lp/contracts/protocol'
import type { Runner } from './Runner'
import { selfTest } from './selfTest'

/** Throws `WrongRunnerError` unless this build follows the recipe bit for bit. A wrong build would convict honest transcoders. */
export async function proveRunner(runner: Runner): Promise<void> {
  const { options, qps, canonicalHashes, segment } = selfTest
  const data = segment()
  const places = { input: 'in.ts', outputs: ['out0.ts', 'out1.ts'] }
  const args = Recipe.ffmpegArguments({ options, source: MpegTs.probe(data), qps, engine: 'portable', ...places })
  const payloads = await runner({ args, input: { name: places.input, data }, outputs: places.outputs })
  const hashes = await Promise.all(payloads.map(async (payload) => (await MpegTs.canonicalHash(payload)).hash))
  if (hashes.join() !== canonicalHashes.join()) throw new WrongRunnerError({ hashes })
}

export class WrongRunnerError extends ProtocolError {
  override readonly name = 'Check.WrongRunnerError'
  constructor({ hashes }: { hashes: readonly string[] }) {
    super('This build of ffmpeg does not follow the recipe bit for bit.', {
      details: [`Canonical hashes: ${hashes.join(' ')}`],
    })
  }
}
