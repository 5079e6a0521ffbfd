import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'
import { logOf } from '../log'
import { isDiskFull } from '../storage/isDiskFull'

export type DiskWatchOptions = {
  /** The data directory. */
  directory: string
  /** The payloads of all streams. */
  payloads: { readonly totalBytes: number }
  /** Limit for all payloads together. */
  maxBytes: number
  /** Reads the size and the free space of the file system, in blocks of `bsize` bytes. */
  space?: (directory: string) => Promise<{ bavail: number; bsize: number; blocks: number }>
}

const log = logOf('node')

/** The relay needs this much free space for its logs and for the segments of its streams. */
const spareBytes = 512 * 1024 ** 2
/** On a small disk, the relay needs only this part of the disk as free space. */
const sparePart = 0.02
/**
 * The disk counts as full when the payloads need more than `fullPart` × `maxBytes`, and as free again only when they need at most
 * `freePart` × `maxBytes`.
 */
const [fullPart, freePart] = [0.98, 0.95]
/** After a write has failed, the disk counts as free only when a file of this size can be written. */
const probeBytes = 16 * 1024 ** 2

/** Watches the free space of the data directory, and the limit of `--max-disk`. Warns once when one of them is used up. */
export class DiskWatch {
  readonly #options: Required<DiskWatchOptions>
  #full: DiskFullError | undefined
  #freeBytes: number | undefined
  #spareBytes = spareBytes
  #checking: Promise<void> | undefined

  constructor(options: DiskWatchOptions) {
    this.#options = { space: statfs, ...options }
  }

  /** The error for broadcasters while the disk is full; otherwise `undefined`. */
  get full(): DiskFullError | undefined {
    return this.#full
  }

  /** Free space in the file system, in bytes. `undefined` before the first `check`. */
  get freeBytes(): number | undefined {
    return this.#freeBytes
  }

  /** Above this size of all payloads, the relay deletes payloads that no verification needs, so that it can continue. */
  get sweepAboveBytes(): number {
    const { payloads, maxBytes } = this.#options
    const allowed = 0.9 * maxBytes
    if (this.#freeBytes === undefined) return allowed
    return Math.min(allowed, Math.max(0, payloads.totalBytes + this.#freeBytes - 4 * this.#spareBytes))
  }

  /** Call this method when a write has failed because there was no space. Returns the error that broadcasters read. */
  failed(): DiskFullError {
    return this.#become(this.#isAtLimit(fullPart) ? 'limit' : 'disk')
  }

  /** Reads the free space. If the disk counts as full, but now seems to have space again, also tries to write a file. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async #check(): Promise<void> {
    const { bavail, bsize, blocks } = await this.#options.space(this.#options.directory)
    this.#freeBytes = bavail * bsize
    this.#spareBytes = Math.min(spareBytes, sparePart * blocks * bsize)
    const isFree = this.#freeBytes >= 2 * this.#spareBytes && !this.#isAtLimit(freePart)
    if (this.#full && isFree) {
      if (!(await this.#canWrite())) return
      this.#full = undefined
      log.info('the disk has space again')
    } else if (this.#freeBytes < this.#spareBytes) this.#become('disk')
    else if (this.#isAtLimit(fullPart)) this.#become('limit')
  }

  /** `statfs` does not show the disk quota of this user. A file system with free space can also refuse one more file. */
  async #canWrite(): Promise<boolean> {
    const file = join(this.#options.directory, 'probe')
    try {
      await writeFile(file, new Uint8Array(Math.min(probeBytes, this.#spareBytes)), { flush: true })
      return true
    } catch (error) {
      if (isDiskFull(error)) return false
      throw error
    } finally {
      await rm(file, { force: true })
    }
  }

  #isAtLimit(part: number): boolean {
    const { payloads, maxBytes } = this.#options
    return payloads.totalBytes > part * maxBytes
  }

  #become(cause: 'disk' | 'limit'): DiskFullError {
    if (this.#full) return this.#full
    this.#full = new DiskFullError()
    const { directory, payloads, maxBytes } = this.#options
    if (cause === 'limit')
      log.warn('the payloads reach the limit of --max-disk, and claims still need them: raise --max-disk', {
        ...{ storedBytes: payloads.totalBytes, maxBytes },
      })
    else
      log.warn('the disk is full: make space on it, or start the relay with a smaller --max-disk', {
        ...{ directory, freeBytes: this.#freeBytes },
      })
    return this.#full
  }
}

export class DiskFullError extends ProtocolError {
  override readonly name = 'DiskFullError'
  constructor() {
    super('The disk of the transcoder is full.')
  }
}
