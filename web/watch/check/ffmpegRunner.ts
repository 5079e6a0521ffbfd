import wasmUrl from '@ffmpeg/core/wasm?url'
import coreUrl from '@ffmpeg/core?url'
import { FFmpeg } from '@ffmpeg/ffmpeg'
import { Check } from 'lp-relay'
import type { Problem } from '../../ui/Problem'

/** The time limit for loading ffmpeg. It is necessary because the page gets no event if the code of the worker cannot be fetched. */
const loadTimeoutMs = 180_000
const errorLines = 5

/**
 * Runs ffmpeg’s WASM build in a worker. The build comes from the server of the page. The worker ends after each run. `onLoaded` is called
 * when ffmpeg starts. Rejects as `Check.Runner` describes. Also rejects with `CoreError` when ffmpeg cannot be loaded, and with the reason
 * of `signal` when `signal` aborts.
 */
export const createFfmpegRunner =
  ({ signal, onLoaded }: { signal: AbortSignal; onLoaded(): void }): Check.Runner =>
  async ({ args, input, outputs }) => {
    signal.throwIfAborted()
    const ffmpeg = new FFmpeg()
    const complaint: string[] = []
    ffmpeg.on('log', ({ message }) => complaint.push(message))
    const end = () => ffmpeg.terminate()
    signal.addEventListener('abort', end, { once: true })
    try {
      await load(ffmpeg)
      onLoaded()
      // ffmpeg gets a copy, because `writeFile` transfers the bytes to the worker.
      await ffmpeg.writeFile(input.name, input.data.slice())
      const exitCode = await ffmpeg.exec(['-hide_banner', '-loglevel', 'error', ...args])
      if (exitCode !== 0) throw Check.failureOf({ exitCode, complaint: complaint.slice(-errorLines).join('\n') })
      const results: Uint8Array[] = []
      for (const output of outputs) results.push((await ffmpeg.readFile(output)) as Uint8Array)
      return results
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', end)
      end()
    }
  }

async function load(ffmpeg: FFmpeg): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CoreError({ cause: 'timeout' })), loadTimeoutMs)
  })
  const loading = ffmpeg.load({ coreURL: coreUrl, wasmURL: wasmUrl }).catch((cause: unknown) => {
    throw new CoreError({ cause })
  })
  await Promise.race([loading, late]).finally(() => clearTimeout(timer))
}

export class CoreError extends Error {
  override readonly name = 'FfmpegRunner.CoreError'
  readonly problem: Problem = {
    sentence: 'ffmpeg could not be loaded in your browser.',
    nextStep: 'Check your connection and try again. The download is about 30 MB.',
  }
  constructor({ cause }: { cause: unknown }) {
    super('ffmpeg did not start in this page.', { cause })
  }
}
