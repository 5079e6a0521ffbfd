import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { ProtocolError, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { logOf } from '../log'
import { checkLayout } from './payloadLayout'

const log = logOf('storage')

/** `isSecret`: the relay serves the payload to nobody. `isFree`: the relay serves it without payment. */
type Payload = { byteLength: number; storedAtMs: number; isSecret: boolean; isFree?: true }

/** A secret payload has this ending in its file name, so it stays secret after a restart. Older versions of the relay ignore such files. */
const secretEnding = '.secret'

/** Stores payloads on disk, named by their hash, until `sweep` deletes them. The paper stores them in Swarm. */
export class PayloadStore {
  readonly #directory: string
  readonly #maxBytes: number
  readonly #payloads: Map<Hex, Payload>
  readonly #writing = new Map<Hex, Promise<void>>()
  /**
   * Size of all payloads, including payloads that are being written. If these were not included, several writers together could exceed
   * the limit.
   */
  #totalBytes: number

  private constructor({
    directory,
    maxBytes,
    payloads,
  }: Omit<PayloadStoreOptions, 'onFault'> & { payloads: Map<Hex, Payload> }) {
    this.#directory = directory
    this.#maxBytes = maxBytes
    this.#payloads = payloads
    this.#totalBytes = [...payloads.values()].reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** Finds the payloads of earlier runs, and deletes unfinished files. Throws `NewerVersionError`. */
  static async open({ directory, maxBytes, onFault }: PayloadStoreOptions): Promise<PayloadStore> {
    await mkdir(directory, { recursive: true })
    await checkLayout({ directory, onFault })
    const unfinished = join(directory, 'unfinished')
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished, { recursive: true })
    const payloads = new Map<Hex, Payload>()
    for (const folder of await readdir(directory)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue
      for (const file of await readdir(join(directory, folder))) {
        const [, digits, ending] = /^([0-9a-f]{62})(\.secret)?$/.exec(file) ?? []
        if (!digits) continue
        const { size, mtimeMs } = await stat(join(directory, folder, file))
        payloads.set(`0x${folder}${digits}`, { byteLength: size, storedAtMs: mtimeMs, isSecret: ending !== undefined })
      }
    }
    return new PayloadStore({ directory, maxBytes, payloads })
  }

  get totalBytes(): number {
    return this.#totalBytes
  }

  /**
   * Stores `bytes`. The caller must have checked that `dataHash` is their hash. After `put` resolves, the bytes survive a crash. If the
   * payload is already stored, its storage time becomes the present time. `isSecret`: the relay must not serve the payload before
   * `disclose`. A payload that is stored again without `isSecret` is disclosed. Throws `FullError`, `Segment.PayloadTooLargeError`,
   * `NoDataHashError`.
   */
  async put(dataHash: Hex, bytes: Uint8Array, { isSecret = false }: { isSecret?: boolean } = {}): Promise<void> {
    assertHash(dataHash)
    const key = dataHash.toLowerCase() as Hex
    for (let writing = this.#writing.get(key); writing; writing = this.#writing.get(key)) await writing
    const known = this.#payloads.get(key)
    if (known) {
      if (!isSecret) await this.#reveal(key)
      known.storedAtMs = Date.now()
      return utimes(this.#path(key), new Date(), new Date())
    }
    if (bytes.length > Segment.maxPayloadBytes) throw new Segment.PayloadTooLargeError({ bytes: bytes.length })
    if (this.#totalBytes + bytes.length > this.#maxBytes)
      throw new FullError({ bytes: bytes.length, totalBytes: this.#totalBytes, maxBytes: this.#maxBytes })
    const writing = this.#write(key, { bytes, isSecret })
    this.#writing.set(
      key,
      // Other writers of this payload wait for this promise. If this write fails, the next writer writes the payload.
      writing.catch(() => {}),
    )
    await writing.finally(() => this.#writing.delete(key))
  }

  /** Whether the payload is stored, and must not be served. */
  isSecret(dataHash: Hex): boolean {
    return this.#payloads.get(dataHash.toLowerCase() as Hex)?.isSecret ?? false
  }

  /** Whether the payload was disclosed. A verifier needs it, and pays nothing. */
  isFree(dataHash: Hex): boolean {
    return this.#payloads.get(dataHash.toLowerCase() as Hex)?.isFree ?? false
  }

  /**
   * A verifier needs the payload. From now on, it may be served, also after a restart. Until a restart, it is free of charge. Does nothing if
   * it is not stored.
   */
  async disclose(dataHash: Hex): Promise<void> {
    const key = dataHash.toLowerCase() as Hex
    await this.#reveal(key)
    const known = this.#payloads.get(key)
    if (known) known.isFree = true
  }

  async #reveal(key: Hex): Promise<void> {
    const known = this.#payloads.get(key)
    if (!known?.isSecret) return
    await rename(this.#path(key, known), this.#path(key, { isSecret: false }))
    known.isSecret = false
  }

  has(dataHash: Hex): boolean {
    return this.size(dataHash) !== undefined
  }

  /** Size of the payload in bytes; `undefined` when the payload is not stored. */
  size(dataHash: Hex): number | undefined {
    return this.#payloads.get(dataHash.toLowerCase() as Hex)?.byteLength
  }

  /** The whole payload; `undefined` when it is not stored. */
  async read(dataHash: Hex): Promise<Uint8Array | undefined> {
    if (!this.has(dataHash)) return undefined
    return readFile(this.#path(dataHash)).catch(undefinedWhenMissing)
  }

  /** A stream of the bytes `start` to `end` (both included) of the payload, or of all bytes; `undefined` when the payload is not stored. */
  async createReadStream(dataHash: Hex, range?: { start: number; end: number }): Promise<Readable | undefined> {
    if (!this.has(dataHash)) return undefined
    const file: FileHandle | undefined = await open(this.#path(dataHash)).catch(undefinedWhenMissing)
    return file?.createReadStream(range)
  }

  /**
   * Deletes the payloads that were stored more than `olderThanMs` ago. Then deletes the oldest payloads while more than
   * `maxBytes` are stored. Deletes no payload in `held`. Returns the number of deleted bytes.
   */
  async sweep({ olderThanMs, held = new Set(), maxBytes = this.#maxBytes }: Sweep): Promise<number> {
    const before = this.#totalBytes
    const deadlineMs = Date.now() - olderThanMs
    const oldestFirst = [...this.#payloads].sort(([, a], [, b]) => a.storedAtMs - b.storedAtMs)
    for (const [dataHash, { storedAtMs, byteLength }] of oldestFirst) {
      if (storedAtMs > deadlineMs && this.#totalBytes <= maxBytes) break
      if (held.has(dataHash)) continue
      const path = this.#path(dataHash)
      this.#payloads.delete(dataHash)
      await rm(path, { force: true })
      this.#totalBytes -= byteLength
    }
    log.debug('payloads deleted', () => ({ bytes: before - this.#totalBytes, left: this.#totalBytes }))
    return before - this.#totalBytes
  }

  async #write(dataHash: Hex, { bytes, isSecret }: { bytes: Uint8Array; isSecret: boolean }): Promise<void> {
    const path = this.#path(dataHash, { isSecret })
    this.#totalBytes += bytes.length
    const unfinished = join(this.#directory, 'unfinished', randomUUID())
    try {
      const file = await open(unfinished, 'wx')
      try {
        await file.writeFile(bytes)
        await file.datasync()
      } finally {
        await file.close()
      }
      await mkdir(join(path, '..'), { recursive: true })
      await rename(unfinished, path)
    } catch (error) {
      this.#totalBytes -= bytes.length
      await rm(unfinished, { force: true })
      throw error
    }
    this.#payloads.set(dataHash, { byteLength: bytes.length, storedAtMs: Date.now(), isSecret })
    log.debug('payload stored', () => ({ dataHash, bytes: bytes.length }))
  }

  /** The path of a payload. Only this function makes paths, so it checks the hash. Throws `NoDataHashError`. */
  #path(dataHash: Hex, { isSecret } = { isSecret: this.isSecret(dataHash) }): string {
    assertHash(dataHash)
    const digits = dataHash.slice(2).toLowerCase()
    return join(this.#directory, digits.slice(0, 2), `${digits.slice(2)}${isSecret ? secretEnding : ''}`)
  }
}

function assertHash(dataHash: Hex): void {
  if (!/^0x[0-9a-f]{64}$/i.test(dataHash)) throw new NoDataHashError({ value: dataHash })
}

type Sweep = {
  olderThanMs: number
  /** Hashes of payloads that a verifier may still need. */
  held?: ReadonlySet<Hex>
  /** Limit of the total size of all payloads. */
  maxBytes?: number
}

export type PayloadStoreOptions = {
  directory: string
  /** Limit of the total size of all payloads. */
  maxBytes: number
  /** Called when `layout.json` is damaged. The store writes this file again. */
  onFault(fault: Error): void
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

export class FullError extends ProtocolError {
  override readonly name = 'PayloadStore.FullError'
  constructor({ bytes, totalBytes, maxBytes }: { bytes: number; totalBytes: number; maxBytes: number }) {
    super('The storage for payloads is full.', {
      details: [`Payload: ${bytes} bytes`, `Stored: ${totalBytes} bytes`, `Allowed: ${maxBytes} bytes`],
    })
  }
}

export class NoDataHashError extends ProtocolError {
  override readonly name = 'PayloadStore.NoDataHashError'
  constructor({ value }: { value: string }) {
    super('The value is not the hash of a payload.', { details: [`Value: ${value.slice(0, 80)}`] })
  }
}
