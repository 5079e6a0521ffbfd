import { contractsOn } from '@lp/contracts/deployments'
import type { Claim } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'
import { type BlockRange, eventPages } from '../chain/eventPages'
import { reorgBlocks } from '../chain/reorgBlocks'

/** Another transcoder's claim whose deadline for a verdict has not passed. `OpenClaims.content` reads the content of the claim. */
export type OpenClaim = {
  claimId: Hex
  transcoder: Address
  /** The block that holds the event of the claim. */
  blockNumber: bigint
  /** The first block that is too late for a disclosure. `verdictDeadline`: the first block that is too late for a verdict. */
  verificationDeadline: bigint
  verdictDeadline: bigint
}

export type OpenClaimsOptions = { client: PublicClient; chainId: number; self: Address }

/**
 * The largest number of open claims that are kept in memory. Even a busy network has fewer open claims. At this number the search waits
 * until the verdict deadlines of some claims have passed.
 */
const maxClaims = 16_384

/** The open claims of other transcoders. After a restart, the search finds them on chain again. */
export class OpenClaims {
  readonly #options: OpenClaimsOptions
  readonly #claims = new Map<Hex, OpenClaim>()
  #nextBlock: bigint | undefined

  constructor(options: OpenClaimsOptions) {
    this.#options = options
  }

  /** Finds new claims up to a block, and removes the claims whose verdict deadline has passed. */
  async search(block: bigint): Promise<void> {
    for (const { claimId, verdictDeadline } of this.#claims.values())
      if (verdictDeadline <= block) this.#claims.delete(claimId)
    if (this.#claims.size >= maxClaims) return
    const { client, self } = this.#options
    const read = (range: BlockRange) => this.#readEvents(range)
    for await (const page of eventPages(client, { fromBlock: await this.#firstBlock(block), toBlock: block, read })) {
      for (const { args, blockNumber } of page.result) {
        const { claimId, transcoder, verificationDeadline, verdictDeadline } = args
        if (isAddressEqual(transcoder, self)) continue
        this.#claims.set(claimId, { claimId, transcoder, blockNumber, verificationDeadline, verdictDeadline })
      }
      this.#nextBlock = page.toBlock + 1n
      if (this.#claims.size >= maxClaims) return
    }
  }

  /** The claims whose deadline for disclosures has passed, and that can still be reported in the next block. */
  late(block: bigint): OpenClaim[] {
    return [...this.#claims.values()].filter(
      ({ verificationDeadline, verdictDeadline }) => block >= verificationDeadline && block + 1n < verdictDeadline,
    )
  }

  forget({ claimId }: OpenClaim): void {
    this.#claims.delete(claimId)
  }

  /** The content of a claim; `undefined` when a reorganisation has removed the claim. */
  async content({ claimId, blockNumber }: OpenClaim): Promise<Claim.Claim | undefined> {
    const [made] = await this.#readEvents({ claimId, fromBlock: blockNumber, toBlock: blockNumber })
    return made?.args.claim
  }

  async #firstBlock(block: bigint): Promise<bigint> {
    // The newest blocks are searched again, because a reorganisation can move a claim to another block.
    if (this.#nextBlock !== undefined)
      return atLeastZero((this.#nextBlock < block ? this.#nextBlock : block) - reorgBlocks)
    const { client, chainId } = this.#options
    const { verificationPeriodBlocks, slashingPeriodBlocks } = await client.readContract({
      ...{ ...contractsOn(chainId).claimsManager, functionName: 'parameters' },
    })
    return atLeastZero(block - verificationPeriodBlocks - slashingPeriodBlocks)
  }

  #readEvents({ claimId, ...range }: BlockRange & { claimId?: Hex }) {
    const { client, chainId } = this.#options
    const args = claimId ? { claimId } : {}
    return client.getContractEvents({
      ...{ ...contractsOn(chainId).claimsManager, eventName: 'NewClaim', args, ...range, strict: true },
    })
  }
}

const atLeastZero = (block: bigint) => (block > 0n ? block : 0n)
