import { TranscodingOptions } from '@lp/contracts/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  claimedNumbers,
  claimsOf,
  depositOf,
  gasPaid,
  mineEvery,
  reached,
  record,
  setVerificationRate,
  startVerifier,
  statusWhen,
} from './claims.testbed'
import {
  type Chain,
  makeSegments,
  options,
  postJob,
  pricePerUnit,
  publish,
  startChain,
  startRelay,
} from './startNode.testbed'

const feesOf = (segments: number) =>
  (pricePerUnit * TranscodingOptions.unitsPerSecond(options) * BigInt(segments) * 2_000n) / 1_000n

let chain: Chain
let segments: Uint8Array[]
let relay: Awaited<ReturnType<typeof startRelay>>
let verifier: Awaited<ReturnType<typeof startVerifier>>

beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(6)
  verifier = await startVerifier(chain)
  await setVerificationRate(chain, 2n)
  relay = await startRelay(chain)
})
afterAll(async () => {
  await relay.close()
  verifier.stop()
  await chain.stop()
})

describe('a relay', () => {
  it('is paid to the wei after the stream has ended', async () => {
    const job = await postJob(chain)
    await mineEvery(chain, 1)
    const before = {
      balance: await chain.client.getBalance(relay),
      gas: await gasPaid(chain, relay.address),
      deposit: await depositOf(chain),
    }
    const { publisher, leave } = publish(job)
    await reached(publisher, ({ phase }) => phase === 'assigned')
    record(publisher, segments.slice(0, 4))
    await reached(publisher, ({ acknowledged }) => acknowledged === 4)
    await publisher.stop()
    leave()
    const { claims, earnings } = await statusWhen(
      chain,
      relay.url,
      (status) => status.claims[0]?.state === 'settled' && BigInt(status.earnings.withdrawn) > 0n,
    )
    expect(claims).toMatchObject([
      { unclaimed: { segments: 0, fees: '0' }, claims: [{ state: 'paid', segments: 4, fees: `${feesOf(4)}` }] },
    ])
    expect(earnings).toEqual({ unclaimed: '0', inEscrow: '0', earned: '0', withdrawn: `${feesOf(4)}` })
    expect(claimedNumbers(await claimsOf(chain, job.jobId))).toEqual([0n, 1n, 2n, 3n])
    const after = {
      balance: await chain.client.getBalance(relay),
      gas: await gasPaid(chain, relay.address),
      deposit: await depositOf(chain),
    }
    expect(after.balance - before.balance + (after.gas - before.gas)).toBe(feesOf(4))
    expect(before.deposit - after.deposit).toBe(feesOf(4))
    expect(verifier.errors).toEqual([])
  })
})
