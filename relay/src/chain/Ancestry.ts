import { BlockNotFoundError, type Hex, type PublicClient } from 'viem'

/** Detects whether the block that the previous call of `seesReplacement` read was replaced. */
export class Ancestry {
  readonly #client: PublicClient
  #seen: { number: bigint; hash: Hex } | undefined

  constructor(client: PublicClient) {
    this.#client = client
  }

  /**
   * Resolves with `true` if the block that the previous call read has been replaced. Makes one request if that block is the parent of
   * the block `blockNumber`, and otherwise at most two.
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
