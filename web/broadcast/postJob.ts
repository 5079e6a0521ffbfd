import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding, StreamId } from '@lp/contracts/protocol'
import { StreamDirectory } from 'lp-relay'
import { type Address, type Hex, type PublicClient, parseEventLogs } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { Watching } from '../act/transaction'
import type { Transact } from '../act/useTransact'
import type { Problem } from '../ui/Problem'
import type { Broadcast } from './Broadcast'
import { type JobTerms, jobCall } from './JobTerms'
import { missingDeposit, type Offer } from './offer'
import type { BroadcastPreset } from './presets'
import { type SealedKey, seal } from './resume/sealedKey'

/**
 * A stream with its job on chain. The stream key signs the segments, and exists only in this browser. If the wallet signed the segments,
 * the wallet would ask the person for a confirmation every two seconds.
 */
export type PostedJob = {
  jobId: Hex
  streamId: StreamId.StreamId
  streamKey: PrivateKeyAccount
  terms: JobTerms
  broadcast: Broadcast
  /** The stream key for the store. */
  seal(): Promise<SealedKey>
  /** Posts the job again, with the same job id, after a reorganisation has removed it. Throws `TransactionError`. */
  postAgain(): Promise<void>
}

export type PostJobOptions = {
  client: PublicClient
  transact: Transact
  broadcaster: Address
  preset: Pick<BroadcastPreset, 'options'>
  offer: Pick<Offer, 'pricePerUnit' | 'depositWei'>
  /** Whether viewers and relays may keep a recording. */
  mayRecord: boolean
  watching: Pick<Watching, 'onSent' | 'onSlow'>
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
}: PostJobOptions): Promise<PostedJob> {
  const chainId = await client.getChainId()
  const { jobsManager } = contractsOn(chainId)
  const privateKey = generatePrivateKey()
  const streamKey = privateKeyToAccount(privateKey)
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
  const terms = { options: preset.options, pricePerUnit: offer.pricePerUnit, endBlock, binding }
  const call = jobCall(chainId, { streamId, ...terms })
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
  return { jobId, streamId, streamKey, terms, broadcast, postAgain, seal: () => seal(privateKey) }
}

export class NotPostedError extends Error {
  override readonly name = 'Job.NotPostedError'
  readonly problem: Problem = {
    sentence: 'The transaction succeeded, but it posted no job.',
    nextStep: 'Reload the page and try again. The deposit is still yours.',
  }
}
