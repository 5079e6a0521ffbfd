import { contractsOn } from '@lp/contracts/deployments'
import type { Claim } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'

/** Somebody's claim, without its content: that is in its event. */
export type OpenClaim = {
  claimId: Hex
  transcoder: Address
  /** Block of the event. */
  blockNumber: bigint
  /** First blocks in which it is too late to disclose, and to give verdicts. */
  verificationDeadline: bigint
  verdictDeadline: bigint
}

export type OpenClaimsOptions = { client: PublicClient; chainId: number; self: Address }

/** More than a busy network has open at a time; while there are so many, the search waits where it is. */
const maxClaims = 16_384
/** Blocks that public nodes answer for in one query of events. */
const maxBlockRange = 1_000n
/** The newest blocks are searched again, because a reorganisation may move a claim. */
const overlapBlocks = 12n

/** The claims of others on which verdicts still count. They are found on chain again after a restart. */
export class OpenClaims {
  readonly #options: OpenClaimsOptions
  readonly #claims = new Map<Hex, OpenClaim>()
  #nextBlock: bigint | undefined

  constructor(options: OpenClaimsOptions) {
    this.#options = options
  }

  /** Looks for new ones up to a block, and forgets those that are over. */
  async search(block: bigint): Promise<void> {
    for (const { claimId, verdictDeadline } of this.#claims.values())
      if (verdictDeadline <= block) this.#claims.delete(claimId)
    let from = await this.#from(block)
    while (from <= block && this.#claims.size < maxClaims) {
      const last = from + maxBlockRange - 1n < block ? from + maxBlockRange - 1n : block
      await this.#take(from, last)
      from = last + 1n
      this.#nextBlock = from
    }
  }

  /** Those that could be disclosed no more, and whose missing is still punished in the next block. */
  late(block: bigint): OpenClaim[] {
    return [...this.#claims.values()].filter(
      ({ verificationDeadline, verdictDeadline }) => block >= verificationDeadline && block + 1n < verdictDeadline,
    )
  }

  forget({ claimId }: OpenClaim): void {
    this.#claims.delete(claimId)
  }

  /** What was claimed; `undefined` when a reorganisation has taken it away. */
  async content({ claimId, blockNumber }: OpenClaim): Promise<Claim.Claim | undefined> {
    const [made] = await this.#events({ claimId, fromBlock: blockNumber, toBlock: blockNumber })
    return made?.args.claim
  }

  async #from(block: bigint): Promise<bigint> {
    if (this.#nextBlock !== undefined)
      return atLeastZero((this.#nextBlock < block ? this.#nextBlock : block) - overlapBlocks)
    const { client, chainId } = this.#options
    const { verificationPeriodBlocks, slashingPeriodBlocks } = await client.readContract({
      ...{ ...contractsOn(chainId).claimsManager, functionName: 'parameters' },
    })
    return atLeastZero(block - verificationPeriodBlocks - slashingPeriodBlocks)
  }

  async #take(fromBlock: bigint, toBlock: bigint) {
    for (const { args, blockNumber } of await this.#events({ fromBlock, toBlock })) {
      const { claimId, transcoder, verificationDeadline, verdictDeadline } = args
      if (isAddressEqual(transcoder, this.#options.self)) continue
      this.#claims.set(claimId, { claimId, transcoder, blockNumber, verificationDeadline, verdictDeadline })
    }
  }

  #events({ claimId, ...range }: { claimId?: Hex; fromBlock: bigint; toBlock: bigint }) {
    const { client, chainId } = this.#options
    const args = claimId ? { claimId } : {}
    return client.getContractEvents({
      ...{ ...contractsOn(chainId).claimsManager, eventName: 'NewClaim', args, ...range, strict: true },
    })
  }
}

const atLeastZero = (block: bigint) => (block > 0n ? block : 0n)
