import { contractsOn } from '@lp/contracts/deployments'
import { Verdict } from '@lp/contracts/protocol'
import type { PublicClient } from 'viem'
import { eventPages } from '../chain/eventPages'
import { reorgBlocks } from '../chain/reorgBlocks'
import { type Challenge, type Key, keyOf } from './Challenge'
import type { VerifierContract } from './VerifierContract'

export type ChallengeSearchOptions = {
  client: PublicClient
  chainId: number
  /** The search finds only the requests to this verifier contract. */
  contract: VerifierContract
  /** While this function returns `false`, the search does not read further blocks. */
  hasCapacity(): boolean
  /** Called once for each challenge that has no verdict and whose deadline has not passed. */
  onChallenge(challenge: Challenge): void
}

/**
 * In every preset, the verification period and the slashing period together are shorter than this number of blocks. So the deadline of a
 * challenge that was requested more than this number of blocks ago has passed.
 */
const lookBackBlocks = 8_000n

/** Finds the challenges on chain that wait for a verdict. After a restart, the search finds them again. */
export class ChallengeSearch {
  readonly #options: ChallengeSearchOptions
  /** The deadlines of the challenges that were found. */
  readonly #found = new Map<Key, bigint>()
  #nextBlock: bigint | undefined

  constructor(options: ChallengeSearchOptions) {
    this.#options = options
  }

  /** Searches the new blocks up to `block`. */
  async search(block: bigint): Promise<void> {
    const { client, chainId, contract, hasCapacity } = this.#options
    for (const [key, deadline] of this.#found) if (deadline <= block) this.#found.delete(key)
    if (!hasCapacity()) return
    const { claimsManager } = contractsOn(chainId)
    const requests = { ...claimsManager, eventName: 'VerificationRequested', strict: true } as const
    const args = { verifier: contract.address }
    const pages = eventPages(client, {
      ...{ fromBlock: this.#firstBlock(block), toBlock: block },
      read: (range) => client.getContractEvents({ ...requests, args, ...range }),
    })
    for await (const { toBlock, result } of pages) {
      for (const { args } of result) await this.#consider(args, block)
      this.#nextBlock = toBlock + 1n
      if (!hasCapacity()) return
    }
  }

  /** The newest blocks are searched again, because a reorganisation may have moved a request to another block. */
  #firstBlock(block: bigint): bigint {
    if (this.#nextBlock === undefined) return atLeastZero(block - lookBackBlocks)
    return atLeastZero((this.#nextBlock < block ? this.#nextBlock : block) - reorgBlocks)
  }

  async #consider(requested: Omit<Challenge, 'transcoder' | 'durationMs' | 'deadline'>, block: bigint) {
    const key = keyOf(requested)
    if (this.#found.has(key)) return
    const { client, chainId, onChallenge } = this.#options
    const { claimsManager } = contractsOn(chainId)
    const { claimId, jobId, sequenceNumber, dataHash, outputs } = requested
    const [{ transcoder, durationMs, verdict }, { verdictDeadline: deadline }] = await Promise.all([
      client.readContract({ ...claimsManager, functionName: 'getRequest', args: [claimId, sequenceNumber] }),
      client.readContract({ ...claimsManager, functionName: 'getClaim', args: [claimId] }),
    ])
    this.#found.set(key, deadline)
    const isOpen = Verdict.fromNumber(verdict) === undefined && deadline > block
    if (isOpen) onChallenge({ claimId, jobId, transcoder, sequenceNumber, durationMs, dataHash, outputs, deadline })
  }
}

const atLeastZero = (block: bigint) => (block > 0n ? block : 0n)
