import { contractsOn } from '@lp/contracts/deployments'
import { ProtocolError } from '@lp/contracts/protocol'
import { formatEther, type PublicClient } from 'viem'
import type { Sender } from '../chain/Sender'

export type Registration = {
  /** Smallest bonded stake, in units of 10^-18 LPT; more is bonded when less is there. */
  stake: bigint
  /** Lowest price that we work for, wei per unit. */
  pricePerUnit: bigint
  /** Where broadcasters and viewers reach us. */
  serviceUri: string
}

type Chain = { client: PublicClient; sender: Sender; chainId: number }

/** Makes the chain say what the operator wants said, with as few transactions as that takes. Throws `TooLittleStakeError`. */
export async function register({
  client,
  sender,
  chainId,
  registration,
}: Chain & { registration: Registration }): Promise<void> {
  const { bondingManager, livepeerToken, serviceRegistry } = contractsOn(chainId)
  const transcoder = sender.address
  const known = await client.readContract({ ...bondingManager, functionName: 'getTranscoder', args: [transcoder] })
  const missing = registration.stake - known.stake
  if (missing > 0n) {
    const balance = await client.readContract({ ...livepeerToken, functionName: 'balanceOf', args: [transcoder] })
    if (balance < missing) throw new TooLittleStakeError({ missing, balance })
    await sender.send({ ...livepeerToken, functionName: 'approve', args: [bondingManager.address, missing] })
    await sender.send({ ...bondingManager, functionName: 'bond', args: [missing] })
  }
  const uri = await client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args: [transcoder] })
  if (uri !== registration.serviceUri)
    await sender.send({ ...serviceRegistry, functionName: 'setServiceURI', args: [registration.serviceUri] })
  if (!known.registered || known.pricePerUnit !== registration.pricePerUnit)
    await sender.send({ ...bondingManager, functionName: 'transcoder', args: [registration.pricePerUnit] })
  await setAvailable({ client, sender, chainId, available: true })
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
