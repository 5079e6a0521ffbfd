import type { typedData } from '@lp/contracts/protocol'
import { concatHex, type Hex, keccak256, toHex } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'

/**
 * The key that signs a job's renditions and receipts. It is derived from the registered key, the chain, the JobsManager and the job id, so
 * a relay that has lost its disk can derive the same key again. The registered key cannot be computed from the rendition key.
 */
export async function renditionKeyOf(
  signer: typedData.Signer,
  jobId: Hex,
  domain: typedData.Domain,
): Promise<PrivateKeyAccount> {
  const purpose = concatHex([toHex('lp rendition key'), toHex(domain.chainId, { size: 32 }), domain.jobsManager, jobId])
  return privateKeyToAccount(keccak256(await signer.sign({ hash: keccak256(purpose) })))
}
