import { contractsOn } from '@lp/contracts/deployments'
import { ProtocolError } from '@lp/contracts/protocol'
import { formatEther, type PublicClient } from 'viem'
import type { Sender } from '../chain/Sender'

export type Registration = {
  /** Smallest bonded stake, in units of 10^-18 LPT; more is bonded when less is there. */
  stake: bigint
  /** Lowest price that we work for, wei per unit. */
  pricePerUnit: bigint
  /** Share of rewards that we keep, parts per million. Default: a tenth. */
  blockRewardCut?: bigint | undefined
  /** Share of our fees that all who bond to us get, parts per million. Default: a quarter. */
  feeShare?: bigint | undefined
  /** Where broadcasters and viewers reach us. */
  serviceUri: string
}

type Chain = { client: PublicClient; sender: Sender; chainId: number }

const pollMs = 1_000

/** Makes the chain say what the operator wants said, with as few transactions as that takes. Throws `TooLittleStakeError`. */
export async function register({
  client,
  sender,
  chainId,
  registration,
}: Chain & { registration: Registration }): Promise<void> {
  const { bondingManager, livepeerToken, serviceRegistry } = contractsOn(chainId)
  const transcoder = sender.address
  const [known, own] = await Promise.all([
    client.readContract({ ...bondingManager, functionName: 'getTranscoder', args: [transcoder] }),
    client.readContract({ ...bondingManager, functionName: 'getDelegator', args: [transcoder] }),
  ])
  const { pricePerUnit, blockRewardCut = 100_000n, feeShare = 250_000n } = registration
  const missing = registration.stake - own.stake
  const declared =
    known.registered &&
    known.pricePerUnit === pricePerUnit &&
    known.blockRewardCut === blockRewardCut &&
    known.feeShare === feeShare
  if (missing > 0n || !declared) await untilRatesAreFree({ client, sender, chainId })
  if (missing > 0n) {
    const balance = await client.readContract({ ...livepeerToken, functionName: 'balanceOf', args: [transcoder] })
    if (balance < missing) throw new TooLittleStakeError({ missing, balance })
    await sender.send({ ...livepeerToken, functionName: 'approve', args: [bondingManager.address, missing] })
    await sender.send({ ...bondingManager, functionName: 'bond', args: [missing, transcoder] })
  }
  const uri = await client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args: [transcoder] })
  if (uri !== registration.serviceUri)
    await sender.send({ ...serviceRegistry, functionName: 'setServiceURI', args: [registration.serviceUri] })
  const rates = [pricePerUnit, blockRewardCut, feeShare] as const
  if (!declared) await sender.send({ ...bondingManager, functionName: 'transcoder', args: rates })
  await setAvailable({ client, sender, chainId, available: true })
}

/** Rates stand still at the end of a round, and stakes until the next is initialized, which falls to whoever needs it. */
async function untilRatesAreFree({ client, sender, chainId }: Chain): Promise<void> {
  const { bondingManager, roundsManager } = contractsOn(chainId)
  for (;;) {
    const [, count] = await client.readContract({ ...bondingManager, functionName: 'roundInForce' })
    if (count === 0n) return
    const initialized = await client.readContract({ ...roundsManager, functionName: 'currentRoundInitialized' })
    // Others may be faster, or it is too early by a block: look again.
    if (!initialized) await sender.send({ ...roundsManager, functionName: 'initializeRound' }).catch(() => undefined)
    else if (!(await client.readContract({ ...roundsManager, functionName: 'currentRoundLocked' }))) return
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** Opens or closes us for new jobs. */
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

export class TooLittleStakeError extends ProtocolError {
  override readonly name = 'registration.TooLittleStakeError'
  constructor({ missing, balance }: { missing: bigint; balance: bigint }) {
    super(
      `The stake needs ${formatEther(missing)} LPT more, and the account holds ${formatEther(balance)}. Send it LPT, or lower --stake.`,
    )
  }
}
