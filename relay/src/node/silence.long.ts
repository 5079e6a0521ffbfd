import { contractsOn } from '@lp/contracts/deployments'
import { TranscodeReceipt } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  claimsOf,
  giveVerdicts,
  reached,
  record,
  setVerificationRate,
  startVerifier,
  statusWhen,
} from '../../testbeds/claims'
import { startProxy } from '../../testbeds/proxy'
import {
  type Chain,
  domain,
  makeSegments,
  nextBlock,
  nextRound,
  type PostedJob,
  postJob,
  publish,
  startChain,
  startRelay,
} from '../../testbeds/startNode'
import { renditionKeyOf } from '../transcoder/renditionKey'

const { claimsManager, jobsManager } = contractsOn(localChainId)

let chain: Chain
let relay: Awaited<ReturnType<typeof startRelay>>
let proxy: Awaited<ReturnType<typeof startProxy>>
let segments: Uint8Array[]
let job: PostedJob

/** Starts a relay that ends an abandoned job after 80 s. All claimed segments are challenged, and the test gives the verdicts. */
beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(4)
  proxy = await startProxy(chain.rpcUrl)
  const verifier = await startVerifier(chain)
  verifier.stop()
  await setVerificationRate(chain, 1n)
  relay = await startRelay(chain, { rpcUrl: proxy.url, abandonedMs: 80_000 })
  await nextRound(chain)
  // A round has 30 blocks. With a block every two seconds, a round is longer than the silence of 30 s after which the relay claims. After the
  // round, the relay would record the draw in a transaction of its own.
  await chain.test.setIntervalMining({ interval: 2 })
})
afterAll(async () => {
  await relay.close()
  await proxy.stop()
  await chain.stop()
})

const claimsWhen = async (is: (states: string[]) => boolean) => {
  const mine = ({ claims }: Awaited<ReturnType<typeof statusWhen>>) => claims.find(({ jobId }) => jobId === job.jobId)
  const status = await statusWhen(chain, relay.url, (status) =>
    is((mine(status)?.claims ?? []).map(({ state }) => state)),
  )
  return mine(status)
}
const areAll = (state: string, count: number) => (states: string[]) =>
  states.length === count && states.every((other) => other === state)

const ofJob = () => ({ args: { jobId: job.jobId }, fromBlock: 0n, strict: true }) as const
const draws = () => chain.client.getContractEvents({ ...jobsManager, eventName: 'CandidatesDrawn', ...ofJob() })
const ends = () => chain.client.getContractEvents({ ...jobsManager, eventName: 'JobEnded', ...ofJob() })

describe('a relay whose broadcaster is silent', () => {
  let publishing: ReturnType<typeof publish>

  /** The chain's time when the last segments were acknowledged, in seconds. */
  let heard: bigint

  it('claims, and records the draw in the transaction of its first claim', async () => {
    job = await postJob(chain)
    publishing = publish(job)
    const { publisher } = publishing
    await reached(publisher, ({ phase }) => phase === 'assigned')
    record(publisher, segments.slice(0, 2))
    await claimsWhen(areAll('disclosed', 1))
    const [claim] = await chain.client.getContractEvents({ ...claimsManager, eventName: 'NewClaim', ...ofJob() })
    const [draw, ...others] = await draws()
    expect(draw?.transactionHash).toBe(claim?.transactionHash)
    expect(others).toEqual([])
  })

  it('collects the fees of several claims in one transaction', async () => {
    const { publisher } = publishing
    record(publisher, segments.slice(2))
    await reached(publisher, ({ acknowledged }) => acknowledged === 4)
    heard = (await chain.client.getBlock()).timestamp
    await claimsWhen(areAll('disclosed', 2))
    const away = proxy.down(1)
    await giveVerdicts(chain, job.jobId)
    await away
    proxy.up()
    await claimsWhen(areAll('paid', 2))
    const paid = await chain.client.getContractEvents({ ...claimsManager, eventName: 'FeesDistributed', ...ofJob() })
    expect(paid).toHaveLength(2)
    expect(new Set(paid.map(({ transactionHash }) => transactionHash)).size).toBe(1)
  })

  it('ends the job after a long silence', async () => {
    while ((await ends()).length === 0) await nextBlock(chain)
    const [end] = await ends()
    const { from } = await chain.client.getTransaction({ hash: end?.transactionHash ?? '0x' })
    expect(from).toBe(relay.address.toLowerCase())
    expect(await claimsWhen(() => true)).toMatchObject({ unclaimed: { segments: 0 } })
    publishing.leave()
    // The 80 s of silence begin after the last segment. The silence before the last two segments does not count.
    const { timestamp } = await chain.client.getBlock({ blockNumber: end?.blockNumber ?? 0n })
    expect(timestamp - heard).toBeGreaterThanOrEqual(79n)
  })
})

describe('a relay', () => {
  it('records the draw while the chain can still compute it, and shows why a claim was refunded', async () => {
    job = await postJob(chain)
    const { publisher, leave } = publish(job)
    await reached(publisher, ({ phase }) => phase === 'assigned')
    expect(await draws()).toEqual([])
    await nextRound(chain)
    while ((await draws()).length === 0) await nextBlock(chain)
    expect(await claimsOf(chain, job.jobId)).toEqual([])

    record(publisher, segments.slice(0, 1))
    await reached(publisher, ({ acknowledged }) => acknowledged === 1)
    await publisher.stop()
    leave()
    await claimsWhen(areAll('disclosed', 1))
    const [made] = await claimsOf(chain, job.jobId)
    if (!made) expect.unreachable()
    const renditionKey = await renditionKeyOf(privateKeyToAccount(relay.key), job.jobId, domain)
    const dataHash = keccak256('0x01')
    const attest = async (transcodedDataHash: `0x${string}`) => {
      const word = { jobId: job.jobId, streamId: job.streamId, sequenceNumber: 0n, dataHash, transcodedDataHash }
      const { signature } = await TranscodeReceipt.sign({ ...word, broadcasterSignature: '0x' }, renditionKey, domain)
      return { transcodedDataHash, broadcasterSignature: '0x', receiptSignature: signature } as const
    }
    const [one, other] = [await attest(keccak256('0x02')), await attest(keccak256('0x03'))]
    const local = connect(chain.rpcUrl)
    const { write } = local.user(7).claimsManager
    await local.mined(write.slashEquivocation([made.claim, 0n, dataHash, one, other]))
    expect((await claimsWhen(areAll('refunded', 1)))?.claims).toMatchObject([{ reason: 'Equivocation' }])
  })
})
