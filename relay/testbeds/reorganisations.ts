import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { type Address, type Hex, isAddressEqual, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { followDraw } from '../src/chain/followDraw'
import type { Publishing } from '../src/ingest/createPublisher'
import type { Publisher } from '../src/ingest/Publisher'
import { type Chain, type prepareJob, publish } from './startNode'

const { bondingManager, jobsManager } = contractsOn(localChainId)

/** A stake that is so large that the rewards of a few rounds do not change the order of the transcoders. */
export const stake = parseEther('100000')

/** Registers these accounts as transcoders with the same stake. They are open for new jobs, and never answer. */
export async function seatStrangers(chain: Chain, accounts: readonly number[]): Promise<void> {
  const { user, mined } = connect(chain.rpcUrl)
  for (const account of accounts) {
    const stranger = user(account)
    await mined(user(0).livepeerToken.write.transfer([stranger.address, stake]))
    await mined(stranger.livepeerToken.write.approve([bondingManager.address, stake]))
    await mined(stranger.bondingManager.write.bond([stake, stranger.address]))
    await mined(stranger.bondingManager.write.transcoder([1n, 0n, 0n]))
    await mined(stranger.bondingManager.write.transcodeAvailability([true]))
  }
}

/**
 * Replaces the newest `depth` blocks and their transactions by new blocks of another miner. The new block with the index `at` (0:
 * the first new block) contains the signed `transactions`. All other new blocks are empty.
 */
export async function replaceBlocks(
  chain: Chain,
  depth: number,
  { at = 0, transactions = [] }: { at?: number; transactions?: readonly Hex[] } = {},
): Promise<void> {
  await chain.test.setCoinbase({ address: privateKeyToAddress(generatePrivateKey()) })
  const pairs = transactions.map((transaction) => [transaction, at])
  await chain.client.transport.request({ method: 'anvil_reorg', params: [depth, pairs] })
}

/** The bytes of a signed transaction. */
export const rawOf = async (chain: Chain, hash: Hex): Promise<Hex> =>
  (await chain.client.transport.request({ method: 'eth_getRawTransactionByHash', params: [hash] })) as Hex

/** If the job were drawn in the next block: the names of the transcoders in `among` that the draw would select. */
export async function drawnNext<Name extends string>(
  chain: Chain,
  jobId: Hex,
  among: Record<Name, { address: Address }>,
): Promise<Name[]> {
  const call = { ...jobsManager, functionName: 'candidates', args: [jobId], blockTag: 'pending' } as const
  const candidates = await chain.client.readContract(call)
  const names = Object.keys(among) as Name[]
  return names.filter((name) => candidates.some((address) => isAddressEqual(address, among[name].address)))
}

/** Runs the steps of the broadcaster's page after the job was posted. */
export function startPage(
  chain: Chain,
  job: Omit<Awaited<ReturnType<typeof prepareJob>>, 'send'>,
  onMissing?: (blocks: number) => void,
) {
  let publishing: Publishing | undefined
  let open: (publisher: Publisher) => void
  const opened = new Promise<Publisher>((resolve) => {
    open = resolve
  })
  const stop = followDraw(chain.client, {
    jobId: job.jobId,
    onDraw(candidates) {
      if (publishing) return publishing.redraw(candidates)
      publishing = publish({ ...job, candidates }, { patienceMs: 200 })
      open(publishing.publisher)
    },
    ...(onMissing && { onMissing }),
  })
  return {
    /** Resolves with the publisher after the first draw. */
    opened,
    close() {
      stop()
      publishing?.leave()
    },
  }
}

/** The time that the relays have for their next steps before the next block is mined. */
const blockMs = 200
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, blockMs))

/** Mines blocks until `work` is done. */
export async function whileMining<Result>(chain: Chain, work: Promise<Result>): Promise<Result> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    await chain.test.mine({ blocks: 1 })
    await Promise.race([done.catch(() => undefined), pause()])
  }
  return done
}

/** Mines blocks until `find` returns a value, and returns this value. After each block, calls `find` once. */
export async function mineUntil<Found>(chain: Chain, find: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    await chain.test.mine({ blocks: 1 })
    const found = await find()
    if (found !== undefined) return found
    await pause()
  }
}
