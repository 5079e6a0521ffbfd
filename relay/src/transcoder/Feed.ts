import type { Transcode } from './startTranscode'

/** The bytes of one segment on their way to ffmpeg. They wait, in order, until the previous segment is transcoded. */
export class Feed {
  readonly #started: Promise<Transcode>
  #done: Promise<unknown>
  #byteLength = 0

  constructor(started: Promise<Transcode>) {
    this.#started = started
    this.#done = started
  }

  /** The length of all pushed bytes. */
  get byteLength(): number {
    return this.#byteLength
  }

  /** Resolves when ffmpeg has taken all pushed bytes. Rejects with the first error of ffmpeg or of an `act`. */
  get done(): Promise<unknown> {
    return this.#done
  }

  push(bytes: Uint8Array): void {
    this.#byteLength += bytes.length
    this.after(async () => (await this.#started).run.write(bytes))
  }

  /** Calls `act` when ffmpeg has taken all earlier bytes. Later bytes wait until the promise of `act` resolves. */
  after(act: () => Promise<void>): void {
    this.#done = this.#done.then(act)
    // The caller awaits `done`, and handles its error.
    this.#done.catch(() => undefined)
  }
}
