import { contractsOn } from '@lp/contracts/deployments'
import { type Claim, ClaimState } from '@lp/contracts/protocol'
import { type Address, type Hex, type PublicClient, parseEventLogs } from 'viem'
import { BlockRunner } from '../chain/BlockRunner'
import { RevertError, type Sender } from '../chain/Sender'
import { type OpenClaim, OpenClaims } from './OpenClaims'
import { turn, turnBlocks } from './turn'

export type ReportRunnerOptions = {
  client: PublicClient
  sender: Sender
  chainId: number
  /** A missed verification is reported when the fee for it is about this much: units of 10^-18 LPT. */
  minFinderFee: bigint
  metrics: { finderFee(amount: bigint): void }
  onReport(report: { claimId: Hex; transcoder: Address; fee: bigint }): void
  onFault(error: Error): void
}

const million = 1_000_000n
/** Claims that are looked at in one block. */
const maxAtOnce = 32

/**
 * Reports others who did not seal or disclose what they claimed: their broadcaster has his fees back, they are slashed, and
 * the finder gets his fee. Those who hold seats take turns; what is missed, and whether it is reported, is all on chain.
 */
export class ReportRunner {
  readonly #options: ReportRunnerOptions
  readonly #claims: OpenClaims
  readonly #blocks: BlockRunner

  constructor(options: ReportRunnerOptions) {
    this.#options = options
    const { client, chainId, sender, onFault } = options
    this.#claims = new OpenClaims({ client, chainId, self: sender.address })
    this.#blocks = new BlockRunner({ client, act: (block) => this.#advance(block), onFault })
  }

  start(): void {
    this.#blocks.start()
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#blocks.stop()
  }

  /** Waits for what was begun. */
  idle(): Promise<void> {
    return this.#blocks.idle()
  }

  async #advance(block: bigint) {
    await this.#claims.search(block)
    const late = this.#claims.late(block)
    if (late.length === 0) return
    const { client, chainId } = this.#options
    const read = { ...contractsOn(chainId).bondingManager, functionName: 'transcoders', blockNumber: block } as const
    const seats = (await client.readContract(read)).map(({ transcoder }) => transcoder)
    // Each for itself: one that the chain does not let us report must not cost us the others.
    const due = late.filter((claim) => block >= this.#turnOf(claim, seats)).slice(0, maxAtOnce)
    const reports = due.map((claim) => this.#consider(claim, block))
    const failed = (await Promise.allSettled(reports)).find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** First block in which we may: when half of the time is over, whoever is there. */
  #turnOf({ claimId, verificationDeadline, verdictDeadline }: OpenClaim, among: readonly Address[]): bigint {
    const self = this.#options.sender.address
    const place = turn({ self, among, occasion: BigInt(claimId), purpose: 'verification' })
    const [wait, longest] = [BigInt(place) * turnBlocks, (verdictDeadline - verificationDeadline) / 2n]
    return verificationDeadline + (wait < longest ? wait : longest)
  }

  async #consider(open: OpenClaim, block: bigint) {
    const { client, chainId, minFinderFee, metrics, onReport } = this.#options
    const { claimId, transcoder } = open
    const call = { functionName: 'getClaim', args: [claimId], blockNumber: block } as const
    const record = await client.readContract({ ...contractsOn(chainId).claimsManager, ...call })
    if (ClaimState.at(ClaimState.fromChain(record), block) !== 'missed') return this.#claims.forget(open)
    const claim = (await this.#expectedFee(transcoder)) >= minFinderFee ? await this.#claims.content(open) : undefined
    const fee = claim && (await this.#expire(claim))
    this.#claims.forget(open)
    if (fee === undefined) return
    metrics.finderFee(fee)
    onReport({ claimId, transcoder, fee })
  }

  /** By the parameters of now; the claim keeps those of its time, which no view tells. */
  async #expectedFee(transcoder: Address): Promise<bigint> {
    const { client, chainId } = this.#options
    const { claimsManager, bondingManager } = contractsOn(chainId)
    const [{ missedVerificationSlashAmount }, { finderFee }, stake] = await Promise.all([
      client.readContract({ ...claimsManager, functionName: 'parameters' }),
      client.readContract({ ...bondingManager, functionName: 'parameters' }),
      client.readContract({ ...bondingManager, functionName: 'stakeOf', args: [transcoder] }),
    ])
    return (stake * missedVerificationSlashAmount * finderFee) / million ** 2n
  }

  /** The FinderFee; `undefined` when somebody was faster, or it was disclosed after all. */
  async #expire(claim: Claim.Claim): Promise<bigint | undefined> {
    const { sender, chainId } = this.#options
    const { claimsManager, bondingManager } = contractsOn(chainId)
    // What the BondingManager refuses comes through.
    const abi = [...claimsManager.abi, ...bondingManager.abi]
    try {
      const { logs } = await sender.send({ ...claimsManager, abi, functionName: 'expire', args: [claim] })
      return parseEventLogs({ abi: bondingManager.abi, eventName: 'Slash', logs })[0]?.args.fee
    } catch (error) {
      if (error instanceof RevertError && ['WrongState', 'NotExpired'].includes(error.errorName)) return undefined
      throw error
    }
  }
}
