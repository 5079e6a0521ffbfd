import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding, StreamId } from '@lp/contracts/protocol'
import { StreamDirectory } from 'lp-relay'
import { type Address, type Hex, type PublicClient, parseEventLogs } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { Watching } from '../act/transaction'
import type { Transact } from '../act/useTransact'
import type { Problem } from '../ui/Problem'
import type { Broadcast } from './Broadcast'
import { missingDeposit, type Offer } from './offer'
import type { BroadcastPreset } from './presets'

/**
 * A stream with its job on chain. The stream key signs the segments, and exists only in this page. If the wallet signed the segments, the
 * wallet would ask the person for a confirmation every two seconds.
 */
export type PostedJob = {
  jobId: Hex
  streamId: StreamId.StreamId
  streamKey: PrivateKeyAccount
  broadcast: Broadcast
  /** Posts the job again, with the same job id, after a reorganisation has removed it. Throws `TransactionError`. */
  postAgain(): Promise<void>
}

/** Pays the deposit and posts the job in one transaction. Throws `TransactionError` or `NotPostedError`. */
export async function postJob({
  client,
  transact,
  broadcaster,
  preset,
  offer,
  mayRecord,
  watching,
}: {
  client: PublicClient
  transact: Transact
  broadcaster: Address
  preset: BroadcastPreset
  offer: Offer
  /** Whether viewers and relays may keep a recording. */
  mayRecord: boolean
  watching: Pick<Watching, 'onSent' | 'onSlow'>
}): Promise<PostedJob> {
  const chainId = await client.getChainId()
  const { jobsManager } = contractsOn(chainId)
  const streamKey = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(streamKey.address, { mayRecord })
  const missing = () => missingDeposit(client, { broadcaster, depositWei: offer.depositWei })
  const [binding, value, before, { maxJobBlocks }, block] = await Promise.all([
    StreamBinding.sign({ streamId, broadcaster }, streamKey, StreamDirectory.domainOf(chainId)),
    missing(),
    client.readContract({ ...jobsManager, functionName: 'getBroadcaster', args: [broadcaster] }),
    client.readContract({ ...jobsManager, functionName: 'parameters' }),
    client.getBlockNumber(),
  ])
  // The end block is in the middle of the allowed range. So the contract also accepts this end block if the person confirms many blocks
  // later, or if the node of the wallet is some blocks behind.
  const endBlock = block + maxJobBlocks / 2n
  const args = [streamId, preset.options, offer.pricePerUnit, endBlock, binding] as const
  const call = { ...jobsManager, functionName: 'job', args }
  const receipt = await transact({ ...call, value }, watching)
  const [posted] = parseEventLogs({ ...jobsManager, eventName: 'NewJob', logs: receipt.logs })
  if (!posted) throw new NotPostedError()
  const { jobId } = posted.args
  const broadcast = {
    ...{ jobId, streamId, chainId, broadcaster, startedAtMs: Date.now(), segments: 0 },
    ...{
      depositWei: before.deposit + before.reserved + value,
      networkWei: receipt.gasUsed * receipt.effectiveGasPrice,
    },
    ...{ final: undefined, isReleased: false },
  }
  const postAgain = async () => void (await transact({ ...call, value: await missing() }))
  return { jobId, streamId, streamKey, broadcast, postAgain }
}

export class NotPostedError extends Error {
  override readonly name = 'Job.NotPostedError'
  readonly problem: Problem = {
    sentence: 'The transaction succeeded, but it posted no job.',
    nextStep: 'Reload the page and try again. The deposit is still yours.',
  }
}
