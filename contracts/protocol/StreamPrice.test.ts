import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import requests from '../vectors/KeyRequest.json' with { type: 'json' }
import servers from '../vectors/KeyServer.json' with { type: 'json' }
import prices from '../vectors/StreamPrice.json' with { type: 'json' }
import * as Cheque from './Cheque'
import * as KeyRequest from './KeyRequest'
import * as KeyServer from './KeyServer'
import * as StreamId from './StreamId'
import * as StreamPrice from './StreamPrice'
import type * as typedData from './typedData'

const domain: typedData.Domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' }
const streamKey = privateKeyToAccount(generatePrivateKey())
const stranger = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(streamKey.address)
const price = { streamId, beneficiary: stranger.address, weiPerSegment: 10n }
const server = { streamId, server: stranger.address, splitBps: 100, until: 1_790_000_000n }

describe('StreamPrice', () => {
  it('accepts the vectors', async () => {
    for (const { weiPerSegment, ...read } of prices.cases)
      await StreamPrice.verify(
        { ...read, weiPerSegment: BigInt(weiPerSegment) } as StreamPrice.StreamPrice,
        prices.domain as typedData.Domain,
      )
  })

  it('is refused when a relay raises the price, or names another beneficiary or stream', async () => {
    const signed = await StreamPrice.sign(price, streamKey, domain)
    await StreamPrice.verify(signed, domain)
    const changes = [
      { weiPerSegment: 11n },
      { beneficiary: streamKey.address },
      { streamId: StreamId.random(streamKey.address) },
    ]
    for (const change of changes)
      await expect(StreamPrice.verify({ ...signed, ...change }, domain)).rejects.toThrow(StreamPrice.WrongSignerError)
    const forged = await StreamPrice.sign(price, stranger, domain)
    await expect(StreamPrice.verify(forged, domain)).rejects.toThrow(StreamPrice.WrongSignerError)
  })

  it('is refused if an epoch would cost nothing, or more than a cheque can pay', async () => {
    for (const weiPerSegment of [0n, -1n, Cheque.maxAmount / 5n + 1n])
      await expect(StreamPrice.sign({ ...price, weiPerSegment }, streamKey, domain)).rejects.toThrow(
        StreamPrice.AmountError,
      )
    expect(StreamPrice.ofEpoch(price)).toBe(50n)
  })
})

describe('KeyServer', () => {
  it('accepts the vectors', async () => {
    for (const { until, ...read } of servers.cases)
      await KeyServer.verify(
        { ...read, until: BigInt(until) } as KeyServer.KeyServer,
        servers.domain as typedData.Domain,
      )
  })

  it('is refused when any field is changed, or when another key signed it', async () => {
    const signed = await KeyServer.sign(server, streamKey, domain)
    await KeyServer.verify(signed, domain)
    for (const change of [{ server: streamKey.address }, { splitBps: 10_000 }, { until: 1_800_000_000n }])
      await expect(KeyServer.verify({ ...signed, ...change }, domain)).rejects.toThrow(KeyServer.WrongSignerError)
    const forged = await KeyServer.sign(server, stranger, domain)
    await expect(KeyServer.verify(forged, domain)).rejects.toThrow(KeyServer.WrongSignerError)
  })

  it('is always the splitee of the cheques, so two key servers never share a channel', async () => {
    for (const splitBps of [0, 10_001, 1.5])
      await expect(KeyServer.sign({ ...server, splitBps }, streamKey, domain)).rejects.toThrow(KeyServer.BoundsError)
    const issuer = '0x00000000000000000000000000000000000000b1'
    const other = { ...server, server: streamKey.address }
    const [one, two] = [server, other].map((each) => Cheque.channelId(KeyServer.channelOf(each, { issuer, price })))
    expect(one).not.toBe(two)
  })
})

describe('KeyRequest', () => {
  it('has the signer of the vectors', async () => {
    for (const { epoch, ...read } of requests.cases) {
      const request = { ...read, epoch: BigInt(epoch) } as KeyRequest.KeyRequest
      expect(await KeyRequest.recover(request, requests.domain as typedData.Domain)).toBe(requests.signer)
    }
  })

  it('has another signer when any field is changed', async () => {
    const publicKey = `0x${'04'.repeat(65)}` as Hex
    const { address } = streamKey
    const signed = await KeyRequest.sign(
      { streamId, epoch: 3n, server: address, issuer: address, publicKey },
      streamKey,
      domain,
    )
    expect(await KeyRequest.recover(signed, domain)).toBe(address)
    const changes = [
      { epoch: 4n },
      { server: stranger.address },
      { issuer: stranger.address },
      { publicKey: `0x${'05'.repeat(65)}` as Hex },
    ]
    for (const change of changes) expect(await KeyRequest.recover({ ...signed, ...change }, domain)).not.toBe(address)
    expect(await KeyRequest.recover({ ...signed, signature: '0x' }, domain)).toBeUndefined()
  })
})
