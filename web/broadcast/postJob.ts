import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding } from '@lp/contracts/protocol'
import { StreamDirectory } from 'lp-relay'
import { type Address, type Hex, type PublicClient, parseEventLogs } from 'viem'
import type { Watching } from '../act/transaction'
import type { Transact } from '../act/useTransact'
import type { Problem } from '../ui/Problem'
import type { Broadcast } from './Broadcast'
import { type JobTerms, jobCall } from './JobTerms'
import type { NewStream } from './NewStream'
import { missingDeposit, type Offer } from './offer'
import type { BroadcastPreset } from './presets'

/** A stream with its job on chain. */
export type PostedJob = NewStream & {
  jobId: Hex
  terms: JobTerms
  broadcast: Broadcast
  /** Posts the job again, with the same job id, after a reorganisation has removed it. Throws `TransactionError`. */
  postAgain(): Promise<void>
}

export type PostJobOptions = {
  client: PublicClient
  transact: Transact
  broadcaster: Address
  preset: Pick<BroadcastPreset, 'options'>
  offer: Pick<Offer, 'pricePerUnit' | 'depositWei'>
  stream: NewStream
  watching: Pick<Watching, 'onSent' | 'onSlow'>
}

/** Pays the deposit and posts the job in one transaction. Throws `TransactionError` or `NotPostedError`. */
export async function postJob({
  client,
  transact,
  broadcaster,
  preset,
  offer,
  stream,
  watching,
}: PostJobOptions): Promise<PostedJob> {
  const chainId = await client.getChainId()
  const { jobsManager } = contractsOn(chainId)
  const { streamId, streamKey } = stream
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
  return { ...stream, jobId, terms, broadcast, postAgain }
}

export class NotPostedError extends Error {
  override readonly name = 'Job.NotPostedError'
  readonly problem: Problem = {
    sentence: 'The transaction succeeded, but it posted no job.',
    nextStep: 'Reload the page and try again. The deposit is still yours.',
  }
}
