import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import type { PublicClient } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send, simulate } from '../act/transaction'
import { countingWallet } from '../testbeds/countingWallet'
import { registerTranscoder } from '../testbeds/registerTranscoder'
import { type Funds, lastingOf, readFunds } from './Funds'
import { createStream } from './NewStream'
import { findOffer, withFine } from './offer'
import { postJob } from './postJob'
import { presetOf } from './presets'

/** A second costs 1,000 wei, and 100 wei for the fine. */
const terms = { perHourWei: 3_600_000n, inputFinePercent: 10n }
const hourMs = 3_600_000
const leftMsOf = (...[funds, offer, acknowledgedMs]: Parameters<typeof lastingOf>) =>
  lastingOf(funds, offer, acknowledgedMs).leftMs

describe('lastingOf', () => {
  it('counts the free deposit and the transcoder’s part of the reserve, both without the fines', () => {
    expect(leftMsOf({ freeWei: 1_100n * 3_600n, partWei: 1_100n * 60n, claimedMs: 0n }, terms, 0)).toBe(hourMs + 60_000)
  })

  it('does not change when acknowledged work is claimed', () => {
    const funds = { freeWei: 1_100n * 100n, partWei: 1_100n * 60n, claimedMs: 10_000n }
    expect(leftMsOf(funds, terms, 40_000)).toBe(130_000)
    const paidFromDeposit = { ...funds, freeWei: funds.freeWei - 1_100n * 30n, claimedMs: 40_000n }
    expect(leftMsOf(paidFromDeposit, terms, 40_000)).toBe(130_000)
    // The free deposit pays 70 s, and the reserve pays 30 s.
    const paidFromReserve = { freeWei: 0n, partWei: 1_100n * 30n, claimedMs: 140_000n }
    expect(leftMsOf(paidFromReserve, terms, 140_000)).toBe(30_000)
  })

  it('is never below zero, and believes the chain if more is claimed than acknowledged', () => {
    const funds = { freeWei: 0n, partWei: 1_100n * 60n, claimedMs: 90_000n }
    expect(leftMsOf(funds, terms, 200_000)).toBe(0)
    expect(leftMsOf(funds, terms, 80_000)).toBe(60_000)
  })

  it('is infinite if the price is 0', () => {
    const funds = { freeWei: 0n, partWei: 0n, claimedMs: 0n }
    const infinite = { leftMs: Number.POSITIVE_INFINITY, reserveMs: Number.POSITIVE_INFINITY }
    expect(lastingOf(funds, { ...terms, perHourWei: 0n }, 5_000)).toEqual(infinite)
  })

  it('returns a `reserveMs` that does not include ether that was added later', () => {
    const funds: Funds = { freeWei: 1_100n * 3_600n, partWei: 1_100n * 3n, claimedMs: 57_000n }
    expect(lastingOf(funds, terms, 57_000)).toEqual({ leftMs: hourMs + 3_000, reserveMs: 3_000 })
  })
})

describe('readFunds', () => {
  let local: LocalChain
  beforeAll(async () => {
    local = await startLocalChain()
    await registerTranscoder(local, 1, { uri: 'http://127.0.0.1:1', price: 7n, stake: '10' })
    await local.test.setIntervalMining({ interval: 1 })
  })
  afterAll(() => local.stop())

  it('reads the deposit and the reserve of a new job, and ether for an hour adds an hour', async () => {
    const client = local.chain as PublicClient
    const broadcaster = local.user(2)
    const { config } = await countingWallet({ rpcUrl: local.rpcUrl, account: broadcaster.address })
    const preset = presetOf('360p')
    const offer = await findOffer(client, preset.options, {
      pageProtocol: 'http:',
      ask: async () => ({ answer: 'answers' }),
    })
    const { jobId, broadcast } = await postJob({
      ...{
        client,
        broadcaster: broadcaster.address,
        preset,
        offer,
        stream: createStream({ mayRecord: false }),
        watching: {},
      },
      transact: async (call) => send(config, await simulate(config, call, broadcaster.address)),
    })
    const renditionKey = broadcaster.address
    const assignment = { jobId, streamId: jobId, renditionKey, fromSequence: 0n, signature: '0x' } as const
    const job = { jobId, broadcaster: broadcaster.address, transcoder: local.user(1).address }
    const read = () => readFunds(client, { ...job, assignments: [{ ...assignment, transcoder: job.transcoder }] })
    const { claimIntervalSeconds } = await broadcaster.jobsManager.read.parameters()
    const paid = await read()
    expect(leftMsOf(paid, offer, 0)).toBe(hourMs + Number(claimIntervalSeconds) * 1_000)
    // The parts of the reserve that this transcoder cannot spend do not count.
    expect(paid.freeWei + paid.partWei).toBeLessThan(broadcast.depositWei)

    // The transaction costs about the network fee that the page shows before the transaction.
    expect(Number(offer.networkWei)).toBeGreaterThan(0.5 * Number(broadcast.networkWei))
    expect(Number(offer.networkWei)).toBeLessThan(2 * Number(broadcast.networkWei))

    const value = withFine(offer.perHourWei, offer.inputFinePercent)
    await local.mined(broadcaster.jobsManager.write.deposit({ value }))
    expect(leftMsOf(await read(), offer, 0)).toBe(leftMsOf(paid, offer, 0) + hourMs)
  })
})
