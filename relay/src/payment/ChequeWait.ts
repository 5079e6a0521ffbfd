/** A request waits so long for a cheque that is on its way, also if a connection in the mesh carries it. */
const patienceMs = 3_000

/** Requests that wait until the relay takes our cheque. */
export class ChequeWait {
  readonly #waiting = new Set<(isPaid: boolean) => void>()

  /** `isPaid`: the relay has taken the cheque. */
  end(isPaid: boolean): void {
    for (const end of [...this.#waiting]) end(isPaid)
  }

  /** Resolves to whether to ask the relay again. Rejects with the reason of `signal`. */
  async wait(signal: AbortSignal | undefined): Promise<boolean> {
    const isPaid = await new Promise<boolean>((resolve) => {
      const end = (isPaid: boolean) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        this.#waiting.delete(end)
        resolve(isPaid)
      }
      const abort = () => end(false)
      const timer = setTimeout(() => end(true), patienceMs)
      signal?.addEventListener('abort', abort)
      this.#waiting.add(end)
    })
    signal?.throwIfAborted()
    return isPaid
  }
}
