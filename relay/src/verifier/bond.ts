import { contractsOn } from '@lp/contracts/deployments'
import { ProtocolError } from '@lp/contracts/protocol'
import { type Address, formatEther, isAddressEqual, type PublicClient } from 'viem'
import type { Sender } from '../chain/Sender'
import { sendInOpenRound } from '../chain/sendInOpenRound'
import type { VerifierContract } from './VerifierContract'

/**
 * If the verifier has bonded less stake to itself than the contract requires, bonds the missing part. Delegated stake does not
 * count. Throws `NotVerifierError`, `TooLittleStakeError`, and the errors of `Sender`.
 */
export async function bond({
  client,
  sender,
  chainId,
  contract,
}: {
  client: PublicClient
  sender: Sender
  chainId: number
  contract: VerifierContract
}): Promise<void> {
  const { bondingManager, livepeerToken } = contractsOn(chainId)
  const { address } = sender
  const [verifier, required, [stake]] = await Promise.all([
    client.readContract({ ...contract, functionName: 'verifier' }),
    client.readContract({ ...contract, functionName: 'verifierBond' }),
    client.readContract({ ...bondingManager, functionName: 'selfStakeOf', args: [address] }),
  ])
  if (!isAddressEqual(verifier, address)) throw new NotVerifierError({ address, contract: contract.address, verifier })
  const missing = required - stake
  if (missing <= 0n) return
  const balance = await client.readContract({ ...livepeerToken, functionName: 'balanceOf', args: [address] })
  if (balance < missing) throw new TooLittleStakeError({ address, missing, balance })
  await sender.send({ ...livepeerToken, functionName: 'approve', args: [bondingManager.address, missing] })
  const call = { ...bondingManager, functionName: 'bond', args: [missing, address] } as const
  await sendInOpenRound({ client, sender, chainId }, call)
}

export class NotVerifierError extends ProtocolError {
  override readonly name = 'bond.NotVerifierError'
  constructor({ address, contract, verifier }: { address: Address; contract: Address; verifier: Address }) {
    super(
      'This key is not the network’s verifier. Start with the verifier’s key, or name the verifier contract of this key ' +
        'with --contract.',
      { details: [`This key: ${address}`, `Verifier contract: ${contract}`, `Its verifier: ${verifier}`] },
    )
  }
}

export class TooLittleStakeError extends ProtocolError {
  override readonly name = 'bond.TooLittleStakeError'
  constructor({ address, missing, balance }: { address: Address; missing: bigint; balance: bigint }) {
    super(
      `The verifier’s bond needs ${formatEther(missing)} LPT more, and the account ${address} holds ${formatEther(balance)} LPT. Send LPT to ${address}.`,
    )
  }
}
