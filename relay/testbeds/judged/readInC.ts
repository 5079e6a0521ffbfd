import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MpegTs, ProtocolError } from '@lp/contracts/protocol'

/** Compiles the readers of the judged program for this machine. Returns what they say about each payload, in the words of `readInTypeScript`. */
export function createReader(): (payloads: readonly Uint8Array[]) => string[] {
  const path = join(mkdtempSync(join(tmpdir(), 'lp-reader-')), 'read')
  const parts = ['canonical', 'demux', 'h264', 'keccak', 'segment'].map((name) => `contracts/judge/program/${name}.c`)
  // The sanitizers end the program at its first access outside of an array and at its first undefined operation.
  const checks = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all']
  const args = [
    '-O1',
    '-g',
    ...checks,
    '-Icontracts/judge/program',
    '-o',
    path,
    'relay/testbeds/judged/read.c',
    ...parts,
    '-lm',
  ]
  run('gcc', args)
  return (payloads) => {
    const input = Buffer.concat(payloads.flatMap((payload) => [lengthOf(payload), payload]))
    return run(path, [], input).trimEnd().split('\n')
  }
}

function run(command: string, args: readonly string[], input?: Uint8Array): string {
  const env = { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' }
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, env, maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`)
  return stdout.toString()
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, length, true)
  return bytes
}

/** What the protocol says about a payload: canonical hash, video bytes, and the probe. */
export async function readInTypeScript(payload: Uint8Array): Promise<string> {
  const canonical = await unlessRefused(() => MpegTs.canonicalHash(payload))
  if (!canonical) return 'refused'
  const start = [canonical.hash, canonical.videoBytes]
  const probe = await unlessRefused(() => MpegTs.probe(payload))
  if (!probe) return [...start, 'refused'].join(' ')
  const { video, audio, durationMs } = probe
  const { primaries, transfer, matrix } = video?.colour ?? {}
  const about = video && [
    ...[video.width, video.height, Number(video.fullRange), primaries, transfer, matrix],
    ...[Number(video.startsWithKeyframe), video.frameCount],
  ]
  return [...start, durationMs, Number(audio !== undefined), ...(about ?? [])].join(' ')
}

async function unlessRefused<Value>(read: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
