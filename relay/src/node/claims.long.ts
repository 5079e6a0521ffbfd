import { contractsOn } from '@lp/contracts/deployments'
import { TranscodingOptions } from '@lp/contracts/protocol'
import { localChainId, localKey } from '@lp/contracts/script/deploy'
import { presets } from '@lp/contracts/script/presets'
import { connect } from '@lp/contracts/testbeds/localChain'
import { createWalletClient, type Hex, http, parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accountOf,
  claimedNumbers,
  claimsOf,
  depositOf,
  mineFast,
  reached,
  record,
  setVerificationRate,
  startVerifier,
  statusWhen,
} from '../../testbeds/claims'
import { asOperator } from '../../testbeds/operator'
import { startProxy } from '../../testbeds/proxy'
import {
  type Chain,
  makeSegments,
  nextBlock,
  nextRound,
  options,
  type PostedJob,
  postJob,
  pricePerUnit,
  publish,
  startChain,
  startRelay,
} from '../../testbeds/startNode'

const pricePerSecond = pricePerUnit * TranscodingOptions.unitsPerSecond(options)
const feesOf = (segments: number) => pricePerSecond * 2n * BigInt(segments)
type Relay = Awaited<ReturnType<typeof startRelay>>

let chain: Chain
let segments: Uint8Array[]
let relay: Relay
let verifier: Awaited<ReturnType<typeof startVerifier>>
let miner: Awaited<ReturnType<typeof mineFast>>
let proxy: Awaited<ReturnType<typeof startProxy>>

beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(6)
  verifier = await startVerifier(chain)
  await setVerificationRate(chain, 2n)
  proxy = await startProxy(chain.rpcUrl)
  relay = await startRelay(chain, { rpcUrl: proxy.url })
  miner = await mineFast(chain)
})
afterAll(async () => {
  await relay.close()
  await proxy.stop()
  verifier.stop()
  miner.stop()
  await chain.stop()
})

async function publishSegments(job: PostedJob, count: number) {
  const publishing = publish(job, { patienceMs: 300 })
  const { publisher } = publishing
  await reached(publisher, ({ phase }) => phase === 'assigned')
  record(publisher, segments.slice(0, count))
  await reached(publisher, ({ acknowledged }) => acknowledged === count)
  return publishing
}

const balances = async () => ({
  ...(await accountOf(chain, relay.address)),
  deposit: await depositOf(chain),
})

/** Expects that since `before` the broadcaster has paid exactly these fees to the relay. */
async function expectPaid(before: Awaited<ReturnType<typeof balances>>, fees: bigint) {
  const after = await balances()
  expect(after.balance - before.balance + (after.gas - before.gas)).toBe(fees)
  expect(before.deposit - after.deposit).toBe(fees)
}

const claimsIn = (status: Awaited<ReturnType<typeof statusWhen>>, { jobId }: PostedJob) =>
  status.claims.find((claims) => claims.jobId === jobId)

/** Waits until all work on a job is paid and the fees are withdrawn. */
async function paid(job: PostedJob, { url, address }: Relay = relay) {
  const { jobsManager } = contractsOn(localChainId)
  const status = await statusWhen(chain, url, (status) => {
    const mine = claimsIn(status, job)
    const isPaid = mine?.unclaimed.segments === 0 && mine.claims.length > 0
    return isPaid && mine.claims.every(({ state }) => state === 'paid')
  })
  while (await chain.client.readContract({ ...jobsManager, functionName: 'earnings', args: [address] }))
    await nextBlock(chain)
  return status
}

describe('a relay', () => {
  it('is paid to the wei after the stream has ended', async () => {
    const before = await depositOf(chain)
    const job = await postJob(chain, { value: pricePerSecond * 600n })
    const posted = await balances()
    const { publisher, leave } = await publishSegments(job, 4)
    await publisher.stop()
    leave()
    const status = await paid(job)
    expect(claimsIn(status, job)).toMatchObject({
      ...{ state: 'settled', unclaimed: { segments: 0, fees: '0' } },
      claims: [{ state: 'paid', segments: 4, ranges: [{ first: '0', last: '3' }], fees: `${feesOf(4)}` }],
    })
    const { earnings } = await statusWhen(chain, relay.url, ({ earnings }) => earnings.withdrawn !== '0')
    expect(earnings).toEqual({ unclaimed: '0', inEscrow: '0', earned: '0', withdrawn: `${feesOf(4)}` })
    expect(claimedNumbers(await claimsOf(chain, job.jobId))).toEqual([0n, 1n, 2n, 3n])
    await expectPaid({ ...posted, deposit: before + pricePerSecond * 600n }, feesOf(4))
    const metrics = await (await fetch(`${relay.url}/metrics`, asOperator)).text()
    for (const state of ['claimed', 'paid', 'withdrawn'])
      expect(metrics).toContain(`lp_claims_total{state="${state}"} 1`)
  })

  it('claims all work when the stream becomes silent, and claims the later work when the stream has ended', async () => {
    const job = await postJob(chain)
    const before = await balances()
    const { publisher, leave } = await publishSegments(job, 2)
    const status = await paid(job)
    expect(claimsIn(status, job)).toMatchObject({ state: 'working', claims: [{ segments: 2 }] })
    record(publisher, segments.slice(2, 5))
    await reached(publisher, ({ acknowledged }) => acknowledged === 5)
    await publisher.stop()
    leave()
    expect(claimsIn(await paid(job), job)?.claims.map(({ ranges }) => ranges)).toEqual([
      [{ first: '0', last: '1' }],
      [{ first: '2', last: '4' }],
    ])
    await expectPaid(before, feesOf(5))
  })

  it('claims before its part of the reserve is used up, refuses a segment that this part cannot pay, and earns the part to the last wei', async () => {
    const broadcaster = createWalletClient({
      ...{ account: privateKeyToAccount(localKey(6)), chain: anvil, transport: http(chain.rpcUrl) },
    })
    const poor = { ...chain, broadcaster }
    const { claimIntervalSeconds, candidateCount, inputFinePercent } = presets.local
    const fees = pricePerSecond * claimIntervalSeconds
    const reserve = (fees + (fees * inputFinePercent) / 100n) * candidateCount
    const job = await postJob(poor, { value: reserve })
    const { publisher, leave } = publish(job)
    await reached(publisher, ({ phase }) => phase === 'assigned')
    for (let count = 0; count < 30; count += 6) {
      record(publisher, segments)
      await reached(publisher, ({ acknowledged }) => acknowledged === count + 6)
    }
    record(publisher, segments.slice(0, 1))
    const progress = await reached(publisher, ({ refused }) => refused === 1)
    expect(progress.refusal).toMatchObject({ code: 'assertPayable.UnpayableError' })
    expect(progress.acknowledged).toBe(30)
    await publisher.stop()
    leave()
    const status = await paid(job)
    expect(claimsIn(status, job)?.claims.length).toBeGreaterThan(1)
    expect(claimedNumbers(await claimsOf(chain, job.jobId))).toEqual(Array.from({ length: 30 }, (_, n) => BigInt(n)))
    // The fines that were in escrow for the claims have come back.
    expect(await depositOf(poor)).toBe(reserve - fees)
  })

  it('loses no fees while its RPC is down, and claims each segment only once even if an answer of the RPC is lost', async () => {
    const job = await postJob(chain)
    const before = await balances()
    const { publisher, leave } = await publishSegments(job, 3)
    const away = proxy.down(8)
    await publisher.stop()
    leave()
    await away
    proxy.loseAnswer('eth_sendRawTransaction')
    proxy.up()
    await paid(job)
    expect(proxy.hasLost).toBe(true)
    expect(claimedNumbers(await claimsOf(chain, job.jobId))).toEqual([0n, 1n, 2n])
    await expectPaid(before, feesOf(3))
  })

  it('shows that a claim waits for its verdicts, expires at the verdict deadline, and is refunded', async () => {
    verifier.stop()
    await setVerificationRate(chain, 1n)
    const job = await postJob(chain)
    const before = await depositOf(chain)
    const { publisher, leave } = await publishSegments(job, 2)
    await publisher.stop()
    leave()
    const stateIs = (state: string) =>
      statusWhen(chain, relay.url, (status) => claimsIn(status, job)?.claims[0]?.state === state)
    expect(claimsIn(await stateIs('disclosed'), job)?.claims).toMatchObject([
      { challenged: ['0', '1'], disclosed: '2', passed: '0' },
    ])
    await chain.test.mine({ blocks: 60 })
    await stateIs('expired')
    const [claim] = await claimsOf(chain, job.jobId)
    const { claimsManager } = contractsOn(localChainId)
    if (!claim) expect.unreachable()
    const local = connect(chain.rpcUrl)
    await local.mined(local.user(7).claimsManager.write.expire([claim.claim]))
    expect(claimsIn(await stateIs('refunded'), job)).toMatchObject({
      ...{ state: 'settled', claims: [{ reason: 'Expired', fees: `${feesOf(2)}` }] },
    })
    expect(await depositOf(chain)).toBe(before)
    const record = await chain.client.readContract({
      ...{ ...claimsManager, functionName: 'getClaim', args: [claim.claimId] },
    })
    expect(record.slashed).toBe(false)
    await setVerificationRate(chain, 2n)
    verifier = await startVerifier(chain)
  })

  it('shares its fees with its delegators: a delegator loses at most one wei by rounding', async () => {
    const { bondingManager, jobsManager } = contractsOn(localChainId)
    const local = connect(chain.rpcUrl)
    const delegator = local.user(7)
    const bond = parseEther('1000')
    await local.mined(local.user(0).livepeerToken.write.transfer([delegator.address, bond]))
    await local.mined(delegator.livepeerToken.write.approve([bondingManager.address, bond]))
    await inInitializedRound(() => delegator.bondingManager.write.bond([bond, relay.address]))
    await nextRound(chain)

    const job = await postJob(chain)
    const before = await balances()
    const fromBlock = await chain.client.getBlockNumber({ cacheTime: 0 })
    const { publisher, leave } = await publishSegments(job, 2)
    await publisher.stop()
    leave()
    await paid(job)
    const shares = await chain.client.getContractEvents({
      ...{ ...bondingManager, eventName: 'FeesShared', args: { transcoder: relay.address }, fromBlock, strict: true },
    })
    const shared = shares.reduce((sum, { args }) => sum + args.shared, 0n)
    expect(shared).toBeGreaterThan(0n)
    expect(shared).toBeLessThan(feesOf(2) / 2n)
    const after = await balances()
    expect(after.balance - before.balance + (after.gas - before.gas) + shared).toBe(feesOf(2))
    expect(before.deposit - after.deposit).toBe(feesOf(2))
    await nextRound(chain)
    const owed = await chain.client.readContract({
      ...{ ...jobsManager, functionName: 'earnings', args: [delegator.address] },
    })
    // Each payment is rounded down.
    expect(shared - owed).toBeLessThanOrEqual(1n)
    expect(shared - owed).toBeGreaterThanOrEqual(0n)
  })
})

/** Waits until the round is initialized, and then sends a transaction. */
async function inInitializedRound(send: () => Promise<Hex>) {
  const { roundsManager } = contractsOn(localChainId)
  while (!(await chain.client.readContract({ ...roundsManager, functionName: 'currentRoundInitialized' })))
    await nextBlock(chain)
  await connect(chain.rpcUrl).mined(send())
}

describe('two relays', () => {
  it('are each paid for their own segments, even if the first relay returns after the end of the stream', async () => {
    const other = await startRelay(chain)
    const job = await postJob(chain)
    expect(job.candidates).toHaveLength(2)
    const { publisher, leave } = await publishSegments(job, 2)
    const first = publisher.progress.transcoder
    const [leaving, staying] = first === relay.address ? [relay, other] : [other, relay]
    const interrupted = reached(publisher, ({ phase }) => phase === 'interrupted')
    await leaving.close()
    await interrupted
    record(publisher, segments.slice(2, 5))
    await reached(publisher, ({ acknowledged }) => acknowledged === 5)
    await publisher.stop()
    leave()
    await paid(job, staying)
    const returned = await startRelay(chain, { directory: leaving.directory, key: leaving.key })
    await paid(job, returned)
    const claims = await claimsOf(chain, job.jobId)
    const numbersOf = ({ address }: Relay) => claimedNumbers(claims.filter(({ transcoder }) => transcoder === address))
    expect(numbersOf(leaving)).toEqual([0n, 1n])
    expect(numbersOf(staying)).toEqual([2n, 3n, 4n])
    await returned.close()
    if (staying === relay) return
    await staying.close()
    relay = await startRelay(chain)
  })
})
