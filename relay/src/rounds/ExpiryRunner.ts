import { contractsOn } from '@lp/contracts/deployments'
import { type Claim, ClaimState } from '@lp/contracts/protocol'
import { type Address, type PublicClient, parseEventLogs } from 'viem'
import { BlockRunner } from '../chain/BlockRunner'
import { RevertError, type Sender } from '../chain/Sender'
import { logOf } from '../log'
import { type OpenClaim, OpenClaims } from './OpenClaims'
import { placeOf, turnBlocks } from './turns'

export type ExpiryRunnerOptions = {
  client: PublicClient
  sender: Sender
  chainId: number
  /** A missed verification is reported when the estimated finder's fee is at least this sum: units of 10^-18 LPT. */
  minFinderFee: bigint
  metrics: { finderFee(amount: bigint): void }
  onFault(error: Error): void
}

const log = logOf('rounds')

const million = 1_000_000n
/** The largest number of claims that are examined in one block. */
const maxAtOnce = 32

/**
 * Reports other transcoders' claims whose challenged segments were not disclosed in time. After a report, the broadcaster gets
 * its fees back, the transcoder is slashed, and we get the finder's fee. Transcoders with seats take turns. All facts come from
 * the chain.
 */
export class ExpiryRunner {
  readonly #options: ExpiryRunnerOptions
  readonly #claims: OpenClaims
  readonly #blocks: BlockRunner

  constructor(options: ExpiryRunnerOptions) {
    this.#options = options
    const { client, chainId, sender, onFault } = options
    this.#claims = new OpenClaims({ client, chainId, self: sender.address })
    this.#blocks = new BlockRunner({ client, act: (block) => this.#advance(block), onFault })
  }

  start(): void {
    this.#blocks.start()
  }

  /** Stops the runner: after this call no new run starts. */
  stop(): void {
    this.#blocks.stop()
  }

  /** Resolves when no run is in progress. */
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
    const due = late.filter((claim) => block >= this.#ownTurn(claim, seats)).slice(0, maxAtOnce)
    // A report that the chain refuses must not stop other reports.
    const reports = due.map((claim) => this.#report(claim, block))
    const failed = (await Promise.allSettled(reports)).find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  /**
   * The first block of our turn to report a claim. In the second half of the reporting time, every transcoder may report the
   * claim.
   */
  #ownTurn({ claimId, verificationDeadline, verdictDeadline }: OpenClaim, among: readonly Address[]): bigint {
    const self = this.#options.sender.address
    const place = placeOf({ self, among, occasion: BigInt(claimId), purpose: 'verification' })
    const [wait, longest] = [BigInt(place) * turnBlocks, (verdictDeadline - verificationDeadline) / 2n]
    return verificationDeadline + (wait < longest ? wait : longest)
  }

  async #report(open: OpenClaim, block: bigint) {
    const { client, chainId, minFinderFee, metrics } = this.#options
    const { claimId, transcoder } = open
    const call = { functionName: 'getClaim', args: [claimId], blockNumber: block } as const
    const record = await client.readContract({ ...contractsOn(chainId).claimsManager, ...call })
    if (ClaimState.at(ClaimState.fromChain(record), block) !== 'missed') return this.#claims.forget(open)
    const claim = (await this.#expectedFee(transcoder)) >= minFinderFee ? await this.#claims.content(open) : undefined
    // For all its offences in one job, a transcoder is slashed only once. If it is already slashed, a report pays no
    // fee.
    const isPaid = claim && !(await this.#isExpelled(claim, block))
    const fee = isPaid ? await this.#expire(claim) : undefined
    this.#claims.forget(open)
    if (fee === undefined) return
    metrics.finderFee(fee)
    log.info('missed verification reported', { claimId, transcoder, fee })
  }

  #isExpelled({ jobId, transcoder }: Claim.Claim, blockNumber: bigint): Promise<boolean> {
    const { client, chainId } = this.#options
    const call = { functionName: 'isExpelled', args: [jobId, transcoder], blockNumber } as const
    return client.readContract({ ...contractsOn(chainId).claimsManager, ...call })
  }

  /**
   * An estimate from the present parameters. For the slashed share, the contract uses the value that was in force at the job's block.
   * No view function returns this value.
   */
  async #expectedFee(transcoder: Address): Promise<bigint> {
    const { client, chainId } = this.#options
    const { claimsManager, bondingManager } = contractsOn(chainId)
    const [{ missedVerificationSlashAmount }, { finderFee }, stake, [own]] = await Promise.all([
      client.readContract({ ...claimsManager, functionName: 'parameters' }),
      client.readContract({ ...bondingManager, functionName: 'parameters' }),
      client.readContract({ ...bondingManager, functionName: 'stakeOf', args: [transcoder] }),
      client.readContract({ ...bondingManager, functionName: 'selfStakeOf', args: [transcoder] }),
    ])
    // A slash takes the transcoder's own stake first. The finder's fee is a part of the own stake that is lost.
    const loss = (stake * missedVerificationSlashAmount) / million
    return ((loss < own ? loss : own) * finderFee) / million
  }

  /**
   * Resolves with the finder's fee, or with `undefined` when another account has reported the claim before us, or when the
   * challenged segments were disclosed.
   */
  async #expire(claim: Claim.Claim): Promise<bigint | undefined> {
    const { sender, chainId } = this.#options
    const { claimsManager, bondingManager } = contractsOn(chainId)
    // The ClaimsManager passes on the errors of the BondingManager.
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
