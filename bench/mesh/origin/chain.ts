import { setTimeout as wait } from 'node:timers/promises'
import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding, StreamId, type TranscodingOptions, type typedData } from '@lp/contracts/protocol'
import { startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey } from '@lp/contracts/script/deploy'
import { fundOperator } from '@lp/contracts/script/localChain'
import { createPublicClient, createTestClient, createWalletClient, http, parseEther } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { anvil as anvilChain } from 'viem/chains'
import { Sender } from '../../../relay/src/chain/Sender'
import { domainOf, readCandidates, readJob } from '../../../relay/src/chain/StreamDirectory'
import type { DrawnJob } from '../../../relay/src/records/DrawnJob'
import { RoundRunner } from '../../../relay/src/rounds/RoundRunner'

const stake = parseEther('100')
const pricePerUnit = 100n

export type Posted = {
  rpcUrl: string
  domain: typedData.Domain
  transcoder: PrivateKeyAccount
  streamKey: PrivateKeyAccount
  drawn: DrawnJob
  stop(): Promise<void>
}

/** Starts a chain with the contracts, registers a transcoder with this service URI, and posts a job for which the transcoder is drawn. */
export async function postJob({
  serviceUri,
  options,
}: {
  serviceUri: string
  options: TranscodingOptions.TranscodingOptions
}): Promise<Posted> {
  const chain = await startAnvil()
  const { rpcUrl } = chain
  await deploy({ rpcUrl, deployerKey: localKey(0), preset: 'local' })
  const [transcoder, streamKey] = [generatePrivateKey(), generatePrivateKey()].map((key) =>
    privateKeyToAccount(key),
  ) as [PrivateKeyAccount, PrivateKeyAccount]
  await fundOperator({ rpcUrl, operator: transcoder.address, stake })
  const transport = http(rpcUrl)
  const client = createPublicClient({ chain: anvilChain, transport, pollingInterval: 100 })
  const test = createTestClient({ chain: anvilChain, mode: 'anvil', transport })
  await register({ client, test, transcoder, serviceUri })

  const wallet = createWalletClient({ account: privateKeyToAccount(localKey(5)), chain: anvilChain, transport })
  const domain = domainOf(localChainId)
  const streamId = StreamId.random(streamKey.address)
  const binding = await StreamBinding.sign({ streamId, broadcaster: wallet.account.address }, streamKey, domain)
  const { jobsManager } = contractsOn(localChainId)
  const endBlock = (await client.getBlockNumber()) + 10_000n
  const hash = await wallet.writeContract({
    ...{ ...jobsManager, functionName: 'job', value: parseEther('1') },
    args: [streamId, options, pricePerUnit, endBlock, binding],
  })
  await client.waitForTransactionReceipt({ hash })
  await test.mine({ blocks: 3 })
  const jobId = await client.readContract({ ...jobsManager, functionName: 'latestJob', args: [streamId] })
  const [candidate] = (await readCandidates(client, jobId)) ?? []
  if (candidate?.address !== transcoder.address) throw new NotDrawnError()
  const drawn = { job: await readJob(client, jobId), options, priority: 0 }
  return { rpcUrl, domain, transcoder, streamKey, drawn, stop: chain.stop }
}

type Registering = {
  client: ReturnType<typeof createPublicClient<ReturnType<typeof http>, typeof anvilChain>>
  test: { mine(options: { blocks: number }): Promise<void> }
  transcoder: PrivateKeyAccount
  serviceUri: string
}

/** Registers the transcoder, and lets rounds pass until it is active. */
async function register({ client, test, transcoder, serviceUri }: Registering): Promise<void> {
  const wallet = createWalletClient({ account: transcoder, chain: anvilChain, transport: http(client.transport.url) })
  const sender = new Sender({ client, wallet })
  const ignored = () => undefined
  const rounds = new RoundRunner({
    ...{ client, sender, chainId: localChainId, minFinderFee: 0n, onFault: ignored },
    metrics: { roundInitialized: ignored, reward: ignored, finderFee: ignored },
  })
  await rounds.start({ stake, pricePerUnit, serviceUri })
  const { bondingManager } = contractsOn(localChainId)
  const known = () =>
    client.readContract({ ...bondingManager, functionName: 'getTranscoder', args: [transcoder.address] })
  const initialized = () =>
    client.readContract({ ...contractsOn(localChainId).roundsManager, functionName: 'currentRoundInitialized' })
  while (!(await known()).active || !(await initialized())) {
    await test.mine({ blocks: 1 })
    // The runner looks at the chain ten times per second.
    await wait(100)
  }
  rounds.stop()
  await rounds.idle()
  sender.close()
}

class NotDrawnError extends Error {
  override readonly name = 'NotDrawnError'
  constructor() {
    super('The chain has not drawn the transcoder of the benchmark for its job.')
  }
}
