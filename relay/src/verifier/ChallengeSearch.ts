import { contractsOn } from '@lp/contracts/deployments'
import { Verdict } from '@lp/contracts/protocol'
import type { Hex, PublicClient } from 'viem'
import { eventPages } from '../chain/eventPages'
import { reorgBlocks } from '../chain/reorgBlocks'
import type { Challenge } from './Challenge'
import type { VerifierContract } from './VerifierContract'

export type ChallengeSearchOptions = {
  client: PublicClient
  chainId: number
  /** The contract whose requests are searched. */
  contract: VerifierContract
  /** While this returns `false`, the search does not read further blocks. */
  hasRoom(): boolean
  /** Called once for each challenge that has no verdict and whose deadline has not passed. */
  onChallenge(challenge: Challenge): void
}

/**
 * In every preset, the verification period and the slashing period together have fewer blocks than this. So the deadline of an
 * older challenge has passed.
 */
const lookBackBlocks = 8_000n

/** Finds the challenges on chain that wait for a verdict. After a restart, the search finds them again. */
export class ChallengeSearch {
  readonly #options: ChallengeSearchOptions
  /** The deadlines of the challenges that were found. The keys are the request ids. */
  readonly #found = new Map<Hex, bigint>()
  #nextBlock: bigint | undefined

  constructor(options: ChallengeSearchOptions) {
    this.#options = options
  }

  /** Searches the new blocks up to `block`. */
  async search(block: bigint): Promise<void> {
    const { client, contract, hasRoom } = this.#options
    for (const [requestId, deadline] of this.#found) if (deadline <= block) this.#found.delete(requestId)
    if (!hasRoom()) return
    const pages = eventPages(client, {
      ...{ fromBlock: this.#firstBlock(block), toBlock: block },
      read: (range) => client.getContractEvents({ ...contract, eventName: 'Requested', ...range, strict: true }),
    })
    for await (const { toBlock, result } of pages) {
      for (const { args } of result) await this.#consider(args, block)
      this.#nextBlock = toBlock + 1n
      if (!hasRoom()) return
    }
  }

  /** The newest blocks are searched again, because a reorganisation may have moved a request to another block. */
  #firstBlock(block: bigint): bigint {
    if (this.#nextBlock === undefined) return atLeastZero(block - lookBackBlocks)
    return atLeastZero((this.#nextBlock < block ? this.#nextBlock : block) - reorgBlocks)
  }

  async #consider(
    { requestId, request }: { requestId: Hex; request: Omit<Challenge, 'requestId' | 'deadline'> },
    block: bigint,
  ) {
    if (this.#found.has(requestId)) return
    const { client, chainId, onChallenge } = this.#options
    const { claimsManager } = contractsOn(chainId)
    const [{ verdict }, { verdictDeadline }] = await Promise.all([
      client.readContract({ ...claimsManager, functionName: 'getRequest', args: [requestId] }),
      client.readContract({ ...claimsManager, functionName: 'getClaim', args: [request.claimId] }),
    ])
    this.#found.set(requestId, verdictDeadline)
    const isOpen = Verdict.fromNumber(verdict) === undefined && verdictDeadline > block
    if (isOpen) onChallenge({ ...request, requestId, deadline: verdictDeadline })
  }
}

const atLeastZero = (block: bigint) => (block > 0n ? block : 0n)
