import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { ProtocolError } from '@lp/contracts/protocol'
import { failureOf, type Run } from '../check/Runner'

export type CoreRun = Run & {
  /** @defaultValue 120000 */
  timeoutMs?: number
}

type Answer = { exitCode: number; complaint: string; datas: Uint8Array[] }

/**
 * Runs ffmpeg's WASM build in a new worker. So the result does not depend on this machine's ffmpeg, or on an earlier segment.
 * Resolves with the outputs. Throws `Runner.RefusedError` when ffmpeg refuses the input (a damaged source),
 * `Runner.BrokenDownError`, `TimeoutError`, or `CrashedError`.
 */
export async function runFfmpegCore({ args, input, outputs, timeoutMs = 120_000 }: CoreRun): Promise<Uint8Array[]> {
  core ??= loadCore()
  const { coreUrl, module } = await core
  const worker = new Worker(new URL('./ffmpegCoreWorker.js', import.meta.url), {
    workerData: { coreUrl, module, args, input, outputs },
    // The decoder reads untrusted bytes, so it must not see the operator's environment variables, which can hold keys.
    env: {},
  })
  try {
    const { exitCode, complaint, datas } = await answerOf(worker, timeoutMs)
    if (exitCode !== 0) throw failureOf({ exitCode, complaint })
    return datas
  } finally {
    await worker.terminate()
  }
}

let core: ReturnType<typeof loadCore> | undefined

async function loadCore() {
  const require = createRequire(import.meta.url)
  // `require` resolves to the UMD build for `<script>`. The ES module build is in the neighbouring folder.
  const wasmPath = require.resolve('@ffmpeg/core/wasm').replace('umd', 'esm')
  const coreUrl = pathToFileURL(wasmPath.replace(/\.wasm$/, '.js')).href
  return { coreUrl, module: await WebAssembly.compile(await readFile(wasmPath)) }
}

function answerOf(worker: Worker, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => reject(new TimeoutError({ timeoutMs })), timeoutMs)
    worker.once('message', resolve)
    worker.once('error', (cause) => reject(new CrashedError({ cause })))
    worker.once('exit', (code) => {
      clearTimeout(timeout)
      reject(new CrashedError({ cause: `exit code ${code}` }))
    })
  })
}

export class TimeoutError extends ProtocolError {
  override readonly name = 'FfmpegCore.TimeoutError'
  constructor({ timeoutMs }: { timeoutMs: number }) {
    super('The check of the segment took too long.', { details: [`Limit: ${timeoutMs} ms`] })
  }
}

export class CrashedError extends ProtocolError {
  override readonly name = 'FfmpegCore.CrashedError'
  constructor({ cause }: { cause: unknown }) {
    super('The WASM build of ffmpeg crashed.', { details: [`Cause: ${cause}`], cause })
  }
}
