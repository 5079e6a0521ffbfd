import { BlockNotFoundError, type Hex, type PublicClient } from 'viem'

/** Detects that the chain has replaced a block. */
export class Ancestry {
  readonly #client: PublicClient
  #seen: { number: bigint; hash: Hex } | undefined

  constructor(client: PublicClient) {
    this.#client = client
  }

  /**
   * Reads the block `blockNumber`. Resolves with `true` if the chain has replaced the block of the previous call, and with `false` at the
   * first call. Makes one request if the block of the previous call is the parent of the block `blockNumber`, and otherwise at most two.
   */
  async seesReplacement(blockNumber: bigint): Promise<boolean> {
    const seen = this.#seen
    const { number, hash, parentHash } = await this.#client.getBlock({ blockNumber })
    const isReplaced = seen !== undefined && parentHash !== seen.hash && (await this.#hashOf(seen.number)) !== seen.hash
    this.#seen = { number, hash }
    return isReplaced
  }

  async #hashOf(blockNumber: bigint): Promise<Hex | undefined> {
    const block = await this.#client.getBlock({ blockNumber }).catch((error: unknown) => {
      if (error instanceof BlockNotFoundError) return undefined
      throw error
    })
    return block?.hash
  }
}
