import { TranscodingOptions } from '@lp/contracts/protocol'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import type { PublicClient } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIngest } from '../../relay/testbeds/ingest'
import { registerTranscoder } from '../testbeds/registerTranscoder'
import { askHealth, type Health } from './askHealth'
import { findOffer, NoTranscoderError } from './offer'
import { assertReachable, UnreachableDrawnError } from './startProblems'

const options = { width: 640, height: 360, fps: 30, renditions: [{ height: 180, bitrate: 300_000 }] }

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())

const answers = async (): Promise<Health> => ({ answer: 'answers' })
const offer = (pageProtocol: string, ask: (relay: string) => Promise<Health> = answers) =>
  findOffer(local.chain as PublicClient, options, { pageProtocol, ask })
const register = (index: number, options: { uri: string; price: bigint; stake: string }) =>
  registerTranscoder(local, index, options)
const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof NoTranscoderError ? error.problem : error),
  )

describe('findOffer', () => {
  it('says that the only transcoder has announced no address', async () => {
    await register(6, { uri: '', price: 1n, stake: '10' })
    expect(await problemOf(offer('http:'))).toMatchObject({
      sentence: 'This page cannot reach the only available transcoder, because its relay has no valid address.',
    })
    await local.mined(local.user(6).bondingManager.write.transcodeAvailability([false]))
  })

  it('says that a page from an https address cannot reach the only transcoder, whose relay has an http address', async () => {
    await register(1, { uri: 'http://relay.example:8935', price: 1n, stake: '10' })
    expect(await problemOf(offer('https:'))).toMatchObject({
      sentence: 'This page cannot reach the only available transcoder, because its relay has no https address.',
      nextStep: expect.stringContaining('Nothing was paid.'),
    })
    expect(await offer('http:')).toMatchObject({
      ...{ pricePerUnit: 1n, relays: ['http://relay.example:8935'], unreachable: 0 },
    })
  })

  it('takes the price from the transcoders that the page can reach, and counts the transcoders at this price that the page cannot reach', async () => {
    await register(2, { uri: 'https://small.example/', price: 5n, stake: '10' })
    await register(3, { uri: 'https://large.example', price: 7n, stake: '20' })
    await register(4, { uri: 'http://dear.example', price: 9n, stake: '20' })
    await register(5, { uri: 'no address', price: 2n, stake: '20' })
    expect(await offer('https:')).toMatchObject({
      ...{ pricePerUnit: 7n, relays: ['https://large.example', 'https://small.example'], unreachable: 2 },
    })
  })
})

describe('findOffer with a chain that names no gas price', () => {
  it('gives the price without the network fee', async () => {
    const getGasPrice = () => Promise.reject(new Error('unknown method'))
    const client = { ...local.chain, getGasPrice } as unknown as PublicClient
    const without = await findOffer(client, options, { pageProtocol: 'http:', ask: answers })
    expect(without.networkWei).toBeUndefined()
    expect(without.perHourWei).toBe((await offer('http:')).perHourWei)
    expect((await offer('http:')).networkWei).toBeGreaterThan(0n)
  })
})

describe('findOffer with relays that state their capacity', () => {
  const load = TranscodingOptions.pixelsPerSecond(options)
  const able = { answer: 'answers', capacity: load } as const
  const slow = { answer: 'answers', capacity: load - 1 } as const

  it('takes the price from the transcoders that can transcode the stream, and names the largest capacity', async () => {
    const ask = async (uri: string): Promise<Health> => (uri.includes('//relay.') ? slow : able)
    const both = await offer('http:', ask)
    expect(both.relays).not.toContain('http://relay.example:8935')
    expect(both).toMatchObject({ away: 1, capacity: load })
    expect(await offer('http:', async () => slow)).toMatchObject({ capacity: load - 1 })
  })

  it('assumes 720p at 20 fps for a relay that states no capacity', async () => {
    const renditions = TranscodingOptions.ladder({ width: 1280, height: 720 })
    const { capacity } = await offer('http:')
    for (const [fps, isEnough] of [
      [20, true],
      [30, false],
    ] as const) {
      const least = TranscodingOptions.pixelsPerSecond({ width: 1280, height: 720, fps, renditions })
      expect(capacity >= least).toBe(isEnough)
    }
  })
})

describe('findOffer with relays that do not answer', () => {
  it('takes price and relays from the transcoders that answer; if none answers, from all transcoders that the page can reach', async () => {
    const [running, stopped] = [await startIngest(), await startIngest()]
    await stopped.close()
    await register(7, { uri: running.url, price: 3n, stake: '10' })
    await register(8, { uri: stopped.url, price: 1n, stake: '90' })
    const ask = async (uri: string) => (uri.includes('.example') ? { answer: 'refuses' as const } : askHealth(uri))
    expect(await offer('http:', ask)).toMatchObject({ pricePerUnit: 3n, relays: [running.url], away: 2 })
    await running.close()
    const silent = await offer('http:', ask)
    expect(silent).toMatchObject({ pricePerUnit: 3n, away: 3 })
    expect(new Set(silent.relays)).toEqual(new Set([running.url, stopped.url, 'http://relay.example:8935']))
  })
})

describe('assertReachable', () => {
  const drawn = (...uris: (string | undefined)[]) =>
    uris.map((serviceUri) => ({ address: local.user(1).address, serviceUri }))

  it('accepts a draw with one relay that the page can reach', () => {
    expect(() => assertReachable(drawn('http://a.example', 'https://b.example'), 'https:')).not.toThrow()
    expect(() => assertReachable(drawn('http://a.example'), 'http:')).not.toThrow()
  })

  it('throws if the page cannot reach any drawn relay', () => {
    expect(() => assertReachable(drawn('http://a.example', undefined), 'https:')).toThrow(UnreachableDrawnError)
  })
})
