import type { PublicClient } from 'viem'

/** Resolves with the first block that is seen from now on. */
export const nextBlock = (client: PublicClient): Promise<bigint> =>
  new Promise((resolve, reject) => {
    let first: bigint | undefined
    const unwatch = client.watchBlockNumber({
      emitOnBegin: true,
      onBlockNumber: (block) => {
        first ??= block
        if (block === first) return
        unwatch()
        resolve(block)
      },
      onError: (error) => {
        unwatch()
        reject(error)
      },
    })
  })
