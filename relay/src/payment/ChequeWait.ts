/** A request waits at most this time until the relay takes our cheque, which is on its way over HTTP or over the mesh. */
const patienceMs = 3_000

/** Requests that wait until the relay takes our cheque. */
export class ChequeWait {
  readonly #waiting = new Set<(isPaid: boolean) => void>()

  /** Ends all waits. `isPaid`: the relay has taken the cheque. */
  end(isPaid: boolean): void {
    for (const end of [...this.#waiting]) end(isPaid)
  }

  /** Resolves to true if the caller should send its request again. Rejects with the reason of `signal`. */
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
