import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding, StreamId } from '@lp/contracts/protocol'
import { StreamDirectory } from 'lp-relay'
import { type Address, type Hex, type PublicClient, parseEventLogs } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { Problem } from '../ui/Problem'
import { isChainAway } from '../wallet/problemOf'
import type { useTransact } from '../wallet/useTransact'
import type { Broadcast } from './Broadcast'
import { missingDeposit, type Offer } from './offer'
import type { BroadcastPreset } from './presets'

/** A stream with its job on chain. The stream key lives in this page alone: no wallet pops up every two seconds. */
export type PostedJob = {
  jobId: Hex
  streamId: StreamId.StreamId
  streamKey: PrivateKeyAccount
  broadcast: Broadcast
}

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
  const [binding, value, before, { maxJobBlocks }, block] = await Promise.all([
    StreamBinding.sign({ streamId, broadcaster }, streamKey, StreamDirectory.domainOf(chainId)),
    missingDeposit(client, { broadcaster, depositWei: offer.depositWei }),
    client.readContract({ ...jobsManager, functionName: 'getBroadcaster', args: [broadcaster] }),
    client.readContract({ ...jobsManager, functionName: 'parameters' }),
    client.getBlockNumber(),
  ])
  // Half of what is allowed leaves room for blocks that pass before the wallet has confirmed.
  const endBlock = block + maxJobBlocks / 2n
  const args = [streamId, preset.options, offer.pricePerUnit, endBlock, binding] as const
  const receipt = await transact({ ...jobsManager, functionName: 'job', args, value, onSent })
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
  return { jobId, streamId, streamKey, broadcast }
}

/** The job is paid for: a chain that is away is waited for so long. */
const chainPatienceMs = 30_000

/** Waits for the block that decides the draw. Throws `NobodyDrawnError`, `ChainLostError`. */
export async function waitForDraw(client: PublicClient, { jobId, signal }: { jobId: Hex; signal: AbortSignal }) {
  const candidates = await untilAnswered(client, () => StreamDirectory.readCandidates(client, jobId), signal)
  if (candidates.length === 0) throw new NobodyDrawnError()
  return candidates
}

/** Asks at each block until there is an answer. Throws `ChainLostError` when the chain stays away. */
async function untilAnswered<Answer>(
  client: PublicClient,
  ask: () => Promise<Answer | undefined>,
  signal: AbortSignal,
) {
  for (let heardAtMs = Date.now(); ; ) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
      heardAtMs = Date.now()
      await nextBlock(client)
    } catch (cause) {
      if (!isChainAway(cause)) throw cause
      if (Date.now() - heardAtMs > chainPatienceMs) throw new ChainLostError({ cause })
    }
    signal.throwIfAborted()
  }
}

/** Resolves when the chain has another block than now. */
async function nextBlock(client: PublicClient): Promise<void> {
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

export class ChainLostError extends Error {
  override readonly name = 'Job.ChainLostError'
  readonly problem: Problem = {
    sentence: 'The chain has stopped answering.',
    nextStep: 'Your deposit is safe. Check your connection, and try again when the chain is back.',
  }
  constructor(options: ErrorOptions) {
    super('The chain went away after the job was posted.', options)
  }
}

export class NotPostedError extends Error {
  override readonly name = 'Job.NotPostedError'
  readonly problem: Problem = {
    sentence: 'The transaction went through, but posted no job.',
    nextStep: 'Reload the page and try again; the deposit stays yours.',
  }
}
