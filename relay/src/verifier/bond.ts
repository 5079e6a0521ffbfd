import { contractsOn } from '@lp/contracts/deployments'
import { ProtocolError } from '@lp/contracts/protocol'
import { type Address, formatEther, isAddressEqual, type PublicClient } from 'viem'
import type { Sender } from '../chain/Sender'
import { untilRoundIsOpen } from '../chain/untilRoundIsOpen'

/**
 * If the verifier has bonded less stake than the contract requires, bonds the missing part. Throws `NotAppointedError`,
 * `TooLittleStakeError`, and the errors of `Sender`.
 */
export async function bond({
  client,
  sender,
  chainId,
}: {
  client: PublicClient
  sender: Sender
  chainId: number
}): Promise<void> {
  const { bondingManager, livepeerToken, verifier } = contractsOn(chainId)
  const { address } = sender
  const [appointed, required, { stake }] = await Promise.all([
    client.readContract({ ...verifier, functionName: 'verifier' }),
    client.readContract({ ...verifier, functionName: 'verifierBond' }),
    client.readContract({ ...bondingManager, functionName: 'getTranscoder', args: [address] }),
  ])
  if (!isAddressEqual(appointed, address)) throw new NotAppointedError({ address, appointed })
  const missing = required - stake
  if (missing <= 0n) return
  const balance = await client.readContract({ ...livepeerToken, functionName: 'balanceOf', args: [address] })
  if (balance < missing) throw new TooLittleStakeError({ missing, balance })
  await untilRoundIsOpen({ client, sender, chainId })
  await sender.send({ ...livepeerToken, functionName: 'approve', args: [bondingManager.address, missing] })
  await sender.send({ ...bondingManager, functionName: 'bond', args: [missing, address] })
}

export class NotAppointedError extends ProtocolError {
  override readonly name = 'bond.NotAppointedError'
  constructor({ address, appointed }: { address: Address; appointed: Address }) {
    super('This key is not the network’s verifier. The contract’s owner appoints the verifier with appoint(address).', {
      details: [`This key: ${address}`, `Appointed: ${appointed}`],
    })
  }
}

export class TooLittleStakeError extends ProtocolError {
  override readonly name = 'bond.TooLittleStakeError'
  constructor({ missing, balance }: { missing: bigint; balance: bigint }) {
    super(
      `The verifier’s bond needs ${formatEther(missing)} LPT more, and the account holds ${formatEther(balance)} LPT. Send LPT to the account.`,
    )
  }
}
