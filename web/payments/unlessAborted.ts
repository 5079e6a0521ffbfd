/** The same value. Rejects with the reason of `signal` if it aborts first. */
export const unlessAborted = <Value>(value: Promise<Value>, signal: AbortSignal | null | undefined): Promise<Value> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    value.then(resolve, reject)
  })
