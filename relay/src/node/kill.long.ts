import { setTimeout as pause } from 'node:timers/promises'
import { bondingManagerAbi, claimsManagerAbi, jobsManagerAbi, roundsManagerAbi } from '@lp/contracts/abi'
import { contractsOn } from '@lp/contracts/deployments'
import { TranscodingOptions } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { decodeFunctionData, isAddressEqual } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accountOf,
  claimedNumbers,
  claimsOf,
  depositOf,
  mineEachSecond,
  reached,
  record,
  setVerificationRate,
  startVerifier,
  statusWhen,
} from '../../testbeds/claims'
import { buildRelay, createRelayProcess } from '../../testbeds/relayProcess'
import {
  type Chain,
  makeSegments,
  nextBlock,
  options,
  postJob,
  pricePerUnit,
  publish,
  startChain,
} from '../../testbeds/startNode'

const abi = [...claimsManagerAbi, ...jobsManagerAbi, ...bondingManagerAbi, ...roundsManagerAbi]
const { jobsManager } = contractsOn(localChainId)
const unitsPerSecond = TranscodingOptions.unitsPerSecond(options)
const streams = 4
const killsPerStream = 5
const segmentsPerStream = 12

let chain: Chain
let segments: Uint8Array[]
let verifier: Awaited<ReturnType<typeof startVerifier>>
let relay: Awaited<ReturnType<typeof createRelayProcess>>

beforeAll(async () => {
  buildRelay()
  chain = await startChain()
  segments = makeSegments(segmentsPerStream)
  verifier = await startVerifier(chain)
  await setVerificationRate(chain, 2n)
  relay = await createRelayProcess(chain)
  await relay.start()
})
afterAll(async () => {
  await relay.kill()
  verifier.stop()
  await chain.stop()
})

/** Numbers from 0 to 1 that look random and are the same in each run: a linear congruential generator. */
function* randoms(seed: number) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

/** The relay's transactions that are in the pool, but in no block yet. */
async function inPool(): Promise<string[]> {
  const { transactions } = await chain.client.getBlock({ blockTag: 'pending', includeTransactions: true })
  return transactions
    .filter(({ from }) => isAddressEqual(from, relay.address))
    .map(({ input }) => decodeFunctionData({ abi, data: input }).functionName)
}

/** Waits until the pool has a transaction of the relay to a function that is not in `before`. */
async function transactionSent(before: ReadonlySet<string>): Promise<void> {
  for (;;) {
    if ((await inPool()).some((name) => !before.has(name))) return
    await pause(10)
  }
}

const balances = async () => ({
  ...(await accountOf(chain, relay.address)),
  deposit: await depositOf(chain),
})

describe('a relay that is killed', () => {
  const random = randoms(Number(process.env.LP_SEED ?? 20_261_122))
  const next = () => random.next().value as number

  it.each(Array.from({ length: streams }, (_, index) => index))(
    `${killsPerStream} times between the first segment and the payment: each segment is paid exactly once (stream %i)`,
    async (stream) => {
      const job = await postJob(chain)
      await mineEachSecond(chain)
      const before = await balances()
      const { publisher, leave } = publish(job, { patienceMs: 2_000 })
      await reached(publisher, ({ phase }) => phase === 'assigned')

      const recording = (async () => {
        for (const segment of segments) {
          record(publisher, [segment])
          await pause(1_000)
        }
        await reached(publisher, ({ acknowledged }) => acknowledged === segmentsPerStream)
        await publisher.stop()
      })()
      await reached(publisher, ({ acknowledged }) => acknowledged > 0)
      const kills: string[] = []
      const seen = new Set<string>()
      for (let count = 0; count < killsPerStream; count++) {
        // About half of the kills come after a transaction is sent and before it is in a block. Each of these kills waits up to 12 s for a
        // new kind of transaction.
        const isAimed = next() < 0.5
        if (isAimed) await Promise.race([transactionSent(seen), pause(12_000)])
        else await pause(next() * 5_000)
        const pool = await inPool()
        await relay.kill()
        if (isAimed) for (const name of pool) seen.add(name)
        const made = await claimsOf(chain, job.jobId)
        const when = `${publisher.progress.acknowledged} segments, ${made.length} claims`
        kills.push(pool.length > 0 ? `${when}, ${pool.join('+')} in the pool` : when)
        await relay.start()
      }
      await recording
      leave()
      const isPaid = ({ claims }: Awaited<ReturnType<typeof statusWhen>>) => {
        const mine = claims.find(({ jobId }) => jobId === job.jobId)
        const paid = mine?.unclaimed.segments === 0 && mine.claims.every(({ state }) => state === 'paid')
        return paid && mine.claims.length > 0
      }
      await statusWhen(chain, relay.url, isPaid)
      // The fees of the last claim are withdrawn one or two blocks after the claim was paid.
      const earnings = { ...jobsManager, functionName: 'earnings', args: [relay.address] } as const
      while (await chain.client.readContract(earnings)) await nextBlock(chain)
      console.info(`stream ${stream}, killed after: ${kills.join(' · ')}`)

      const claims = await claimsOf(chain, job.jobId)
      expect(claimedNumbers(claims)).toEqual(segments.map((_, index) => BigInt(index)))
      const fees = pricePerUnit * unitsPerSecond * 2n * BigInt(segmentsPerStream)
      const after = await balances()
      expect(after.balance - before.balance + (after.gas - before.gas)).toBe(fees)
      expect(before.deposit - after.deposit).toBe(fees)
      expect(publisher.progress).toMatchObject({ acknowledged: segmentsPerStream, refused: 0, dropped: 0 })
      expect(verifier.errors).toEqual([])
    },
  )
})
