import { BlockNotFoundError, type Hex, type PublicClient } from 'viem'

/** Tells whether the chain has grown on the block that was seen last, or had it replaced. */
export class Ancestry {
  readonly #client: PublicClient
  #seen: { number: bigint; hash: Hex } | undefined

  constructor(client: PublicClient) {
    this.#client = client
  }

  /** Looks at a newer block: true when a block that was there is no more. One question as long as no block is missed. */
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
