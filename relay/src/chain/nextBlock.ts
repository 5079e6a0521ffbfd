import type { Client } from 'viem'
import { BlockRunner } from './BlockRunner'

/**
 * Resolves with the newest block as soon as it is newer than the block `after`. Default of `after`: the newest block at the time of the
 * call. Rejects when the chain does not answer. When `signal` is aborted, rejects with the signal's reason.
 */
export function nextBlock(
  client: Client,
  { after, signal }: { after?: bigint; signal?: AbortSignal } = {},
): Promise<bigint> {
  return new Promise((resolve, reject) => {
    let known = after
    const runner = new BlockRunner({
      client,
      async act(block) {
        known ??= block
        if (block > known) end(() => resolve(block))
      },
      onFault: (error) => end(() => reject(error)),
    })
    const abort = () => end(() => reject(signal?.reason))
    function end(settle: () => void) {
      runner.stop()
      signal?.removeEventListener('abort', abort)
      settle()
    }
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort)
    runner.start()
  })
}
