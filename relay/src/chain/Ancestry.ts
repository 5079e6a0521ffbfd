import { BlockNotFoundError, type Hex, type PublicClient } from 'viem'

/** Tells whether the chain still holds the block that was seen last. */
export class Ancestry {
  readonly #client: PublicClient
  #seen: { number: bigint; hash: Hex } | undefined

  constructor(client: PublicClient) {
    this.#client = client
  }

  /** Sees a newer block. `true`: the block that was seen before it has been replaced. One request when no block was left out. */
  async isBroken(blockNumber: bigint): Promise<boolean> {
    const seen = this.#seen
    const { number, hash, parentHash } = await this.#client.getBlock({ blockNumber })
    const isBroken = seen !== undefined && parentHash !== seen.hash && (await this.#hashOf(seen.number)) !== seen.hash
    this.#seen = { number, hash }
    return isBroken
  }

  async #hashOf(blockNumber: bigint): Promise<Hex | undefined> {
    const block = await this.#client.getBlock({ blockNumber }).catch((error: unknown) => {
      if (error instanceof BlockNotFoundError) return undefined
      throw error
    })
    return block?.hash
  }
}
