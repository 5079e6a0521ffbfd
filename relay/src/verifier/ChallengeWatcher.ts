import { contractsOn } from '@lp/contracts/deployments'
import { Verdict } from '@lp/contracts/protocol'
import type { Hex, PublicClient } from 'viem'
import { reorgBlocks } from '../chain/reorgBlocks'
import type { Challenge } from './Challenge'

export type ChallengeWatcherOptions = {
  client: PublicClient
  chainId: number
  /** Whether more challenges can be taken; while not, the search waits where it is. */
  hasRoom(): boolean
  /** A challenge without a verdict whose deadline is ahead; once, except after a reorganisation. */
  onChallenge(challenge: Challenge): void
  /** A new block, after its challenges. */
  onBlock(block: bigint): void
  /** The chain did not answer; the watcher goes on. */
  onFault(error: Error): void
}

/** Verification and slashing periods of every preset are shorter: nothing older can still be answered. */
const lookBackBlocks = 8_000n
/** Blocks that public nodes answer for in one query of events. */
const maxBlockRange = 1_000n

/** Follows the chain for segments that wait for a verdict. What it must remember is all on chain. */
export class ChallengeWatcher {
  readonly #options: ChallengeWatcherOptions
  /** By request, the block of its deadline: they were handed out. */
  readonly #told = new Map<Hex, bigint>()
  readonly #unwatch: () => void
  #nextBlock: bigint | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(options: ChallengeWatcherOptions) {
    this.#options = options
    this.#unwatch = options.client.watchBlockNumber({
      emitOnBegin: true,
      onBlockNumber: (block) => {
        this.#turn = this.#turn.then(() => this.#advance(block)).catch(options.onFault)
      },
      onError: options.onFault,
    })
  }

  close(): void {
    this.#unwatch()
  }

  async #advance(block: bigint): Promise<void> {
    const { hasRoom, onBlock } = this.#options
    for (let from = this.#from(block); from <= block && hasRoom(); from = this.#nextBlock as bigint) {
      const last = from + maxBlockRange - 1n < block ? from + maxBlockRange - 1n : block
      await this.#search(from, last)
      this.#nextBlock = last + 1n
    }
    for (const [requestId, deadline] of this.#told) if (deadline <= block) this.#told.delete(requestId)
    onBlock(block)
  }

  #from(block: bigint): bigint {
    if (this.#nextBlock === undefined) return atLeastZero(block - lookBackBlocks)
    // A reorganisation may have moved a request.
    return atLeastZero((this.#nextBlock < block ? this.#nextBlock : block) - reorgBlocks)
  }

  async #search(fromBlock: bigint, toBlock: bigint) {
    const { client, chainId, onChallenge } = this.#options
    const { verifier, claimsManager } = contractsOn(chainId)
    const requested = await client.getContractEvents({
      ...{ ...verifier, eventName: 'Requested', fromBlock, toBlock, strict: true },
    })
    for (const { args } of requested) {
      const { requestId, request } = args
      if (this.#told.has(requestId)) continue
      const [{ verdict }, { verdictDeadline }] = await Promise.all([
        client.readContract({ ...claimsManager, functionName: 'getRequest', args: [requestId] }),
        client.readContract({ ...claimsManager, functionName: 'getClaim', args: [request.claimId] }),
      ])
      this.#told.set(requestId, verdictDeadline)
      const isOpen = Verdict.fromNumber(verdict) === undefined && verdictDeadline > toBlock
      if (isOpen) onChallenge({ ...request, requestId, deadline: verdictDeadline })
    }
  }
}

const atLeastZero = (block: bigint) => (block > 0n ? block : 0n)
