import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildsDirectory, readBuild, type Versions } from '../ffmpeg/OwnBuild'
import type { FfmpegStatus } from '../gateway/Status'
import { logOf } from '../log'
import type { Ffmpeg } from '../transcoder/Ffmpeg'
import { findFfmpeg } from '../transcoder/findFfmpeg'
import { buildOwnFfmpeg, type OwnFfmpegOptions } from './buildOwnFfmpeg'

const log = logOf('node')

const dayMs = 24 * 3_600_000

/**
 * The ffmpeg of a relay. If `lp-relay ffmpeg` built it, the keeper asks Debian once a day for newer sources, builds them at a low priority,
 * and uses the new build for the next segments.
 */
export class FfmpegKeeper {
  #current: Ffmpeg
  readonly #options: OwnFfmpegOptions
  readonly #ended = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()

  private constructor(current: Ffmpeg, options: OwnFfmpegOptions) {
    this.#current = current
    this.#options = options
  }

  /** Throws the errors of `findFfmpeg`. */
  static async open(options: OwnFfmpegOptions = {}): Promise<FfmpegKeeper> {
    return new FfmpegKeeper(await findFfmpeg(options.env), options)
  }

  get current(): Ffmpeg {
    return this.#current
  }

  get status(): FfmpegStatus {
    const { path, version, sandbox } = this.#current
    return {
      ...{ engine: `ffmpeg ${version}`, sandbox: sandbox.kind, path },
      reason: sandbox.kind === 'none' ? sandbox.reason : undefined,
    }
  }

  /** Begins to ask for newer sources, if this relay uses its own build. */
  start(): void {
    const { sandbox } = this.#current
    if (sandbox.kind === 'none')
      log.warn('ffmpeg runs without a sandbox: install bubblewrap, and allow it to use user namespaces', {
        reason: sandbox.reason,
      })
    if (!this.#current.ownBuild) return
    this.#work = this.renew()
    this.#timer = setInterval(() => {
      this.#work = this.#work.then(() => this.renew())
    }, dayMs)
    this.#timer.unref()
  }

  /**
   * Builds the newest sources, unless Debian was asked in the last day or the build was removed. Then uses the ffmpeg that `findFfmpeg`
   * finds: perhaps the build of another relay of this user, or the ffmpeg of the system. A failure is only logged: the relay keeps its
   * ffmpeg.
   */
  async renew(): Promise<void> {
    const { env = process.env } = this.#options
    const directory = buildsDirectory(env)
    const built = this.#current.ownBuild?.origin
    if (!directory || !built) return
    const onOld = (newest: Versions) =>
      log.warn('the ffmpeg that lp-relay built is old: lp-relay builds the newer sources now', {
        ...{ version: built.ffmpeg, newest: newest.ffmpeg, x264: built.x264, newestX264: newest.x264 },
      })
    try {
      const isRemoved = (await readBuild(directory).catch(() => 'damaged')) === undefined
      if (!isRemoved && !(await isFresh(directory))) {
        await buildOwnFfmpeg({ isBeside: true, onOld, ...this.#options, signal: this.#ended.signal })
        await writeFile(join(directory, asked), '')
      }
      const found = await findFfmpeg(env)
      if (found.path === this.#current.path) return
      this.#current = found
      log.info('the relay uses another ffmpeg now', { ffmpeg: this.#current.path, version: this.#current.version })
    } catch (error) {
      if (this.#ended.signal.aborted) return
      log.warn('the ffmpeg that lp-relay built could not be renewed, and may be old', {
        ...{ version: built.ffmpeg, problem: (error as Error).message },
      })
    }
  }

  /** Ends a build that is in progress. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#ended.abort()
    await this.#work
  }
}

/** The time of this file is the time at which Debian was asked. */
const asked = 'asked'

async function isFresh(directory: string): Promise<boolean> {
  const { mtimeMs } = await stat(join(directory, asked)).catch(() => ({ mtimeMs: 0 }))
  // The timer for the next day can fire some milliseconds too early. So a minute less than a day counts as a day.
  return Math.abs(Date.now() - mtimeMs) < dayMs - 60_000
}
