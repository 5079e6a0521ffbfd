import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding, StreamId } from '@lp/contracts/protocol'
import { StreamDirectory } from 'lp-relay'
import { type Address, type Hex, type PublicClient, parseEventLogs } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { Problem } from '../ui/Problem'
import type { useTransact } from '../wallet/useTransact'
import { missingDeposit, type Offer } from './offer'
import type { BroadcastPreset } from './presets'

/** A stream with its job on chain. The stream key lives in this page alone: no wallet pops up every two seconds. */
export type PostedJob = { jobId: Hex; streamId: StreamId.StreamId; streamKey: PrivateKeyAccount }

/** Pays the deposit and posts the job in one transaction. Throws `TransactionError`. */
export async function postJob({
  client,
  transact,
  broadcaster,
  preset,
  offer,
  onSent,
}: {
  client: PublicClient
  transact: ReturnType<typeof useTransact>
  broadcaster: Address
  preset: BroadcastPreset
  offer: Offer
  onSent(): void
}): Promise<PostedJob> {
  const chainId = await client.getChainId()
  const { jobsManager } = contractsOn(chainId)
  const streamKey = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(streamKey.address)
  const [binding, value, { maxJobBlocks }, block] = await Promise.all([
    StreamBinding.sign({ streamId, broadcaster }, streamKey, StreamDirectory.domainOf(chainId)),
    missingDeposit(client, { broadcaster, depositWei: offer.depositWei }),
    client.readContract({ ...jobsManager, functionName: 'parameters' }),
    client.getBlockNumber(),
  ])
  // Half of what is allowed leaves room for blocks that pass before the wallet has confirmed.
  const endBlock = block + maxJobBlocks / 2n
  const args = [streamId, preset.options, offer.pricePerUnit, endBlock, binding] as const
  const receipt = await transact({ ...jobsManager, functionName: 'job', args, value, onSent })
  const [posted] = parseEventLogs({ ...jobsManager, eventName: 'NewJob', logs: receipt.logs })
  if (!posted) throw new NotPostedError()
  return { jobId: posted.args.jobId, streamId, streamKey }
}

/** Waits for the block that decides the draw. Throws `NobodyDrawnError`. */
export async function waitForDraw(client: PublicClient, { jobId, signal }: { jobId: Hex; signal: AbortSignal }) {
  for (;;) {
    const candidates = await StreamDirectory.readCandidates(client, jobId)
    signal.throwIfAborted()
    if (candidates && candidates.length === 0) throw new NobodyDrawnError()
    if (candidates) return candidates
    await nextBlock(client)
  }
}

/** Resolves when the chain has another block than now. */
export async function nextBlock(client: PublicClient): Promise<void> {
  const before = await client.getBlockNumber({ cacheTime: 0 })
  await new Promise<void>((resolve, reject) => {
    const stop = client.watchBlockNumber({
      onBlockNumber: (block) => {
        if (block === before) return
        stop()
        resolve()
      },
      onError: (error) => {
        stop()
        reject(error)
      },
      emitOnBegin: true,
    })
  })
}

export class NobodyDrawnError extends Error {
  override readonly name = 'Job.NobodyDrawnError'
  readonly problem: Problem = {
    sentence: 'No transcoder was free at this price.',
    nextStep: 'Your deposit is safe. Try again in a minute, or pick another quality.',
  }
}

export class NotPostedError extends Error {
  override readonly name = 'Job.NotPostedError'
  readonly problem: Problem = {
    sentence: 'The transaction went through, but posted no job.',
    nextStep: 'Reload the page and try again; the deposit stays yours.',
  }
}
