import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Json, StreamCover, StreamId, StreamListing } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, describe, expect, it } from 'vitest'
import { domain } from '../../testbeds/stream'
import type { LiveEntry } from '../records/LiveList'
import { findLive } from './findLive'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A relay that answers this text to each question. */
async function relay(body: string): Promise<string> {
  const server = createServer((_, response) => response.end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const listOf = (...streams: LiveEntry[]) => relay(Json.stringify({ streams }))

const jobs = new Map<Hex, { streamId: StreamId.StreamId; over: boolean; broadcaster: Address }>()
let count = 0
const accountOf = (number: number): Address => `0x${number.toString(16).padStart(40, '0')}`

/** A broadcaster with a job on chain, and its signed listing. */
async function stream({ title = 'Trains', broadcaster = accountOf(++count), over = false, nowMs = Date.now() } = {}) {
  const key = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(key.address)
  const jobId: Hex = `0x${(++count).toString(16).padStart(64, '0')}`
  jobs.set(jobId, { streamId, over, broadcaster })
  const list = (change: Partial<StreamListing.Header> = {}, signer = key) => {
    const times = { startedAtMs: BigInt(nowMs) - 5_000n, isListed: true, signedAtMs: BigInt(nowMs) }
    return StreamListing.sign({ ...{ streamId, jobId }, ...times, ...change }, signer, domain)
  }
  const cover = await StreamCover.sign({ streamId, title, poster: '' }, key, domain)
  return { streamId, jobId, key, list, entry: { listing: await list(), cover, viewers: 3 } }
}

const readJob = async (jobId: Hex) => {
  const job = jobs.get(jobId)
  if (!job) throw new Error('UnknownJob')
  return job
}
const find = async (...relays: string[]) => {
  const { streams, answered } = await findLive({ relays, domain, readJob, signal: new AbortController().signal })
  return { answered, titles: streams.map(({ title }) => title), streams }
}

describe('the streams that are live now', () => {
  it('come from several relays, each stream once', async () => {
    const nowMs = Date.now()
    const trains = await stream({ nowMs })
    const planes = await stream({ title: 'Planes', nowMs: nowMs - 1_000 })
    const { streams, answered } = await find(await listOf(trains.entry, planes.entry), await listOf(trains.entry))
    expect(answered).toBe(2)
    expect(streams).toMatchObject([
      { streamId: trains.streamId, jobId: trains.jobId, title: 'Trains', poster: undefined, viewers: 3 },
      { streamId: planes.streamId, title: 'Planes' },
    ])
  })

  it('are shown without a relay that does not answer, answers nonsense, or sends too much', async () => {
    const { entry } = await stream()
    const nonsense = await relay('{')
    const flood = await relay(Json.stringify({ streams: Array.from({ length: 200 }, () => entry) }))
    const large = await relay(`{"streams":[],"x":"${'a'.repeat(2 ** 21)}"}`)
    expect(await find('http://127.0.0.1:1', nonsense, flood, large, await listOf(entry))).toMatchObject({
      ...{ answered: 1, titles: ['Trains'] },
    })
  })

  it('contain no stream that a relay has invented', async () => {
    const { entry, list } = await stream()
    const stranger = privateKeyToAccount(generatePrivateKey())
    const forged = [
      { ...entry, listing: await list({}, stranger) },
      { ...entry, listing: { ...entry.listing, startedAtMs: 1n } },
      { ...entry, listing: await list({ jobId: `0x${'99'.repeat(32)}` }) },
      { ...entry, listing: await list({ jobId: (await stream()).jobId }) },
      { ...entry, listing: await list({ signedAtMs: BigInt(Date.now()) - 3_600_000n, startedAtMs: 1n }) },
      (await stream({ over: true })).entry,
    ]
    for (const wrong of forged) expect((await find(await listOf(wrong))).titles).toEqual([])
    // A forged entry does not displace the right one.
    expect((await find(await listOf(...forged), await listOf(entry))).titles).toEqual(['Trains'])
  })

  it('show no title that the stream key has not signed', async () => {
    const { entry } = await stream()
    const cover = { ...entry.cover, title: 'Buy this' }
    expect((await find(await listOf({ ...entry, cover }))).titles).toEqual([undefined])
  })

  it('leave out a stream whose broadcaster does not want to be shown any more, although another relay still shows it', async () => {
    const { entry, list } = await stream()
    const later = await list({ isListed: false, signedAtMs: entry.listing.signedAtMs + 1n })
    expect((await find(await listOf(entry), await listOf({ listing: later }))).titles).toEqual([])
  })

  it('have at most three streams of one account, and a relay with many streams leaves room for others', async () => {
    const flooder = accountOf(++count)
    const many = await Promise.all(Array.from({ length: 32 }, () => stream({ title: 'Spam', broadcaster: flooder })))
    const { entry } = await stream()
    const spam = await Promise.all([1, 2, 3].map(() => listOf(...many.map((one) => one.entry))))
    const { titles } = await find(...spam, await listOf(entry))
    expect(titles.filter((title) => title === 'Spam')).toHaveLength(3)
    expect(titles).toContain('Trains')
  })
})
