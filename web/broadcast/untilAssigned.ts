import type { Publisher } from 'lp-relay'
import type { Address } from 'viem'

/** Resolves to the transcoder to which the stream key has assigned the job. Rejects with `error()` after `timeoutMs`. */
export function untilAssigned(
  publisher: Publisher,
  { timeoutMs, error }: { timeoutMs: number; error(): Error },
): Promise<Address> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(error()), timeoutMs)
    const stop = publisher.on('progress', ({ phase, transcoder }) => {
      if (phase !== 'assigned' || !transcoder) return
      clearTimeout(timer)
      stop()
      resolve(transcoder)
    })
  })
}
