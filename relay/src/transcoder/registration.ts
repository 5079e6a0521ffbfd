import { contractsOn } from '@lp/contracts/deployments'
import { ProtocolError } from '@lp/contracts/protocol'
import { type Account, type Chain, formatEther, type PublicClient, type Transport, type WalletClient } from 'viem'
import { waitForTransactionReceipt, writeContract } from 'viem/actions'

export type Registration = {
  /** Smallest bonded stake, in units of 10^-18 LPT; more is bonded when less is there. */
  stake: bigint
  /** Lowest price that we work for, wei per unit. */
  pricePerUnit: bigint
  /** Where broadcasters and viewers reach us. */
  serviceUri: string
}

type Wallet = WalletClient<Transport, Chain, Account>

/** Makes the chain say what the operator wants said, with as few transactions as that takes. Throws `TooLittleStakeError`. */
export async function register({
  client,
  wallet,
  registration,
}: {
  client: PublicClient
  wallet: Wallet
  registration: Registration
}): Promise<void> {
  const { bondingManager, livepeerToken, serviceRegistry } = contractsOn(wallet.chain.id)
  const transcoder = wallet.account.address
  const send = async (request: Parameters<typeof writeContract>[1]) => {
    const hash = await writeContract(wallet, request)
    await waitForTransactionReceipt(client, { hash })
  }
  const known = await client.readContract({ ...bondingManager, functionName: 'getTranscoder', args: [transcoder] })
  const missing = registration.stake - known.stake
  if (missing > 0n) {
    const balance = await client.readContract({ ...livepeerToken, functionName: 'balanceOf', args: [transcoder] })
    if (balance < missing) throw new TooLittleStakeError({ missing, balance })
    await send({ ...base(wallet), ...livepeerToken, functionName: 'approve', args: [bondingManager.address, missing] })
    await send({ ...base(wallet), ...bondingManager, functionName: 'bond', args: [missing] })
  }
  const uri = await client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args: [transcoder] })
  if (uri !== registration.serviceUri)
    await send({ ...base(wallet), ...serviceRegistry, functionName: 'setServiceURI', args: [registration.serviceUri] })
  if (!known.registered || known.pricePerUnit !== registration.pricePerUnit)
    await send({ ...base(wallet), ...bondingManager, functionName: 'transcoder', args: [registration.pricePerUnit] })
  await setAvailable({ client, wallet, available: true })
}

/** Opens or closes us for new jobs. */
export async function setAvailable({
  client,
  wallet,
  available,
}: {
  client: PublicClient
  wallet: Wallet
  available: boolean
}): Promise<void> {
  const { bondingManager } = contractsOn(wallet.chain.id)
  const known = await client.readContract({
    ...bondingManager,
    functionName: 'getTranscoder',
    args: [wallet.account.address],
  })
  if (!known.registered || known.available === available) return
  const hash = await writeContract(wallet, {
    ...base(wallet),
    ...bondingManager,
    functionName: 'transcodeAvailability',
    args: [available],
  })
  await waitForTransactionReceipt(client, { hash })
}

const base = ({ account, chain }: Wallet) => ({ account, chain })

export class TooLittleStakeError extends ProtocolError {
  override readonly name = 'registration.TooLittleStakeError'
  constructor({ missing, balance }: { missing: bigint; balance: bigint }) {
    super(
      `The stake needs ${formatEther(missing)} LPT more, and the account holds ${formatEther(balance)}. Send it LPT, or lower --stake.`,
    )
  }
}
