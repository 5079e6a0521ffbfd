import { contractsOn } from '@lp/contracts/deployments'
import { ProtocolError } from '@lp/contracts/protocol'
import { type Address, formatEther, type PublicClient } from 'viem'
import { RevertError, type Sender } from '../chain/Sender'

export type Registration = {
  /** The own stake that must be bonded at least, in units of 10^-18 LPT. `register` bonds the missing part. */
  stake: bigint
  /** Our lowest price, in wei per unit. */
  pricePerUnit: bigint
  /** The part of the rewards that we keep before the rest is shared by stake, in parts per million. Default: a fiftieth. */
  blockRewardCut?: bigint | undefined
  /** The part of our fees that goes to all stake bonded to us, in parts per million. Default: half. */
  feeShare?: bigint | undefined
  /** Where broadcasters and viewers reach us. */
  serviceUri: string
}

type Chain = { client: PublicClient; sender: Sender; chainId: number }

/**
 * Bonds, declares the rates and the URI, and opens us for new jobs. Skips the steps that are already done on chain. From the start of a
 * round until the round is initialized, stakes and rates are locked. At the end of a round, rates are locked. Resolves to `false` when a
 * step must wait because of a lock. Throws `TooLittleStakeError` and `SelfStakeTooSmallError`.
 */
export async function register(options: Chain & { registration: Registration }): Promise<boolean> {
  try {
    return await registerNow(options)
  } catch (error) {
    // After `registerNow` read the chain, a new round began or the rates were locked.
    if (error instanceof RevertError && ['RoundNotInitialized', 'RatesLocked'].includes(error.errorName)) return false
    throw error
  }
}

async function registerNow({ client, sender, chainId, registration }: Chain & { registration: Registration }) {
  const { bondingManager, roundsManager, serviceRegistry } = contractsOn(chainId)
  const transcoder = sender.address
  const [known, own, { minSelfStake }, uri, [, count], initialized, locked] = await Promise.all([
    client.readContract({ ...bondingManager, functionName: 'getTranscoder', args: [transcoder] }),
    client.readContract({ ...bondingManager, functionName: 'getDelegator', args: [transcoder] }),
    client.readContract({ ...bondingManager, functionName: 'parameters' }),
    client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args: [transcoder] }),
    client.readContract({ ...bondingManager, functionName: 'roundInForce' }),
    client.readContract({ ...roundsManager, functionName: 'currentRoundInitialized' }),
    client.readContract({ ...roundsManager, functionName: 'currentRoundLocked' }),
  ])
  // Before the network's first round is initialized, nothing is locked.
  const areStakesFree = count === 0n || initialized
  const areRatesFree = count === 0n || (initialized && !locked)
  const missing = registration.stake - own.stake
  if (!known.registered && registration.stake < minSelfStake && own.stake < minSelfStake)
    throw new SelfStakeTooSmallError({ stake: registration.stake, minSelfStake })
  if (missing > 0n) {
    await assertFunded({ client, sender, chainId }, missing)
    if (areStakesFree) await bond({ client, sender, chainId }, missing)
  }
  if (uri !== registration.serviceUri)
    await sender.send({ ...serviceRegistry, functionName: 'setServiceURI', args: [registration.serviceUri] })
  const { pricePerUnit, blockRewardCut = 20_000n, feeShare = 500_000n } = registration
  const isDeclared =
    known.registered &&
    known.pricePerUnit === pricePerUnit &&
    known.blockRewardCut === blockRewardCut &&
    known.feeShare === feeShare
  if (!isDeclared && areRatesFree)
    await sender.send({
      ...{ ...bondingManager, functionName: 'transcoder', args: [pricePerUnit, blockRewardCut, feeShare] },
    })
  await setAvailable({ client, sender, chainId, available: true })
  return (missing <= 0n || areStakesFree) && (isDeclared || areRatesFree)
}

async function assertFunded({ client, sender, chainId }: Chain, missing: bigint) {
  const { livepeerToken } = contractsOn(chainId)
  const args = [sender.address] as const
  const balance = await client.readContract({ ...livepeerToken, functionName: 'balanceOf', args })
  if (balance < missing) throw new TooLittleStakeError({ address: sender.address, missing, balance })
}

async function bond({ sender, chainId }: Chain, amount: bigint) {
  const { bondingManager, livepeerToken } = contractsOn(chainId)
  await sender.send({ ...livepeerToken, functionName: 'approve', args: [bondingManager.address, amount] })
  await sender.send({ ...bondingManager, functionName: 'bond', args: [amount, sender.address] })
}

/**
 * Opens us for new jobs (`available`), or closes us. Does nothing if we are not registered, or if the chain already has this value of
 * `available`.
 */
export async function setAvailable({
  client,
  sender,
  chainId,
  available,
}: Chain & { available: boolean }): Promise<void> {
  const { bondingManager } = contractsOn(chainId)
  const args = [sender.address] as const
  const known = await client.readContract({ ...bondingManager, functionName: 'getTranscoder', args })
  if (!known.registered || known.available === available) return
  await sender.send({ ...bondingManager, functionName: 'transcodeAvailability', args: [available] })
}

export class SelfStakeTooSmallError extends ProtocolError {
  override readonly name = 'registration.SelfStakeTooSmallError'
  constructor({ stake, minSelfStake }: { stake: bigint; minSelfStake: bigint }) {
    super(
      `A transcoder needs an own stake of ${formatEther(minSelfStake)} LPT, and --stake is ${formatEther(stake)} LPT. Start with --stake ${formatEther(minSelfStake)}.`,
    )
  }
}

export class TooLittleStakeError extends ProtocolError {
  override readonly name = 'registration.TooLittleStakeError'
  constructor({ address, missing, balance }: { address: Address; missing: bigint; balance: bigint }) {
    super(
      `The stake needs ${formatEther(missing)} LPT more, and the account ${address} holds ${formatEther(balance)} LPT. Send LPT to ${address}, or lower --stake.`,
    )
  }
}
