import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPublicClient, parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import { startRpc } from '../../testbeds/scriptedRpc'
import type { Vitals } from '../gateway/vitals'
import { ChainWatch } from './ChainWatch'
import { failuresOf, problemsOf } from './problemsOf'

const address = '0x1111111111111111111111111111111111111111'

/** The vitals of a relay without a problem. */
const vitals: Vitals = {
  ...{ balance: parseEther('1'), ownStake: parseEther('100'), delegatedStake: 0n, missingSelfStake: 0n },
  ...{ missedRewards: 0, deadlineSeconds: undefined, chainSilentSeconds: 59.9, block: 12n },
  ...{ chainStoppedSeconds: undefined, chainFailing: { method: 'eth_getLogs', seconds: 59.9 } },
  ...{ diskFreeBytes: 1e9, payloadBytes: 0, maxPayloadBytes: 1e9, isDiskFull: false, isBehind: false },
  ...{ isOpen: true, streams: 0 },
}

describe('problemsOf', () => {
  it('finds no problem with a healthy relay, or with a relay whose chain has not answered yet', () => {
    expect(problemsOf(vitals, address)).toEqual([])
    const unknown = { balance: undefined, ownStake: undefined, missingSelfStake: undefined, missedRewards: undefined }
    expect(problemsOf({ ...vitals, ...unknown }, address)).toEqual([])
  })

  it.each<[Partial<Vitals>, string]>([
    [
      { chainSilentSeconds: 75 },
      'The chain has not answered for 75 s. Check --rpc, and check that the node of the chain runs.',
    ],
    [
      { chainFailing: { method: 'eth_getLogs', seconds: 75 } },
      'The chain answers, but each request eth_getLogs has failed for 75 s. Check the limits of the key in --rpc, or choose another RPC with --rpc.',
    ],
    [
      { chainStoppedSeconds: 75 },
      'The chain answers, but has had no new block for 75 s. Check that its node is synchronised, or choose another RPC with --rpc.',
    ],
    [
      { isDiskFull: true },
      'The disk is full, or the limit of --max-disk is reached. Free space on the disk, or change --max-disk.',
    ],
    [
      { isBehind: true },
      'Segments are late: this machine is too slow for its streams. Stop other programs, or start the relay with a smaller --max-streams.',
    ],
  ])('and failuresOf name the failure in %j', (change, sentence) => {
    expect(failuresOf({ ...vitals, ...change })).toEqual([sentence])
    expect(problemsOf({ ...vitals, ...change }, address)).toEqual([sentence])
  })

  it.each<[string, Partial<Vitals>, string]>([
    [
      'little ether',
      { balance: parseEther('0.009') },
      'The account has only 0.009 ETH for gas. Send ether to 0x1111111111111111111111111111111111111111.',
    ],
    [
      'too little own stake',
      { missingSelfStake: parseEther('2.5') },
      'For a seat, this transcoder needs 2.5 LPT more own stake. Send this LPT to 0x1111111111111111111111111111111111111111, and restart the relay: it bonds own stake up to --stake.',
    ],
    [
      'a missed reward',
      { missedRewards: 1 },
      'This transcoder has not called reward for 1 round, and is slashed if it misses too many rewards. Read the faults of the room rounds in the log.',
    ],
  ])('names %s, although the relay is healthy', (_, change, sentence) => {
    expect(failuresOf({ ...vitals, ...change })).toEqual([])
    expect(problemsOf({ ...vitals, ...change }, address)).toEqual([sentence])
  })
})

describe('ChainWatch', () => {
  it('measures the time since the last answer of the chain; an HTTP error does not count as an answer', async () => {
    let isDown = false
    const server = createServer((_, response) => {
      response.writeHead(isDown ? 401 : 200, { 'content-type': 'application/json' })
      response.end(isDown ? '{}' : '{"jsonrpc":"2.0","id":1,"result":"0x1"}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const watch = new ChainWatch({ host: 'rpc' })
    const client = createPublicClient({ transport: watch.transport([rpcUrl]) })
    await client.getChainId()
    const answeredMs = performance.now()
    isDown = true
    while (performance.now() - answeredMs < 50) await client.getChainId().catch(() => undefined)
    expect(watch.health.silentMs).toBeGreaterThanOrEqual(50)
    isDown = false
    await client.getChainId()
    expect(watch.health.silentMs).toBeLessThan(50)
    server.close()
  })

  it('measures the time since the number of the newest block has increased, and since a needed request began to fail', async () => {
    let [block, refused] = ['0x1', 'none']
    const rpc = await startRpc((method) =>
      method === refused ? { status: 400 } : { result: method === 'eth_getLogs' ? [] : block },
    )
    const watch = new ChainWatch({ host: 'rpc' })
    const client = createPublicClient({ transport: watch.transport([rpc.url]), cacheTime: 0 })
    await client.getBlockNumber()
    expect(watch.health.failing).toBeUndefined()
    const increasedMs = performance.now()
    while (performance.now() - increasedMs < 50) await client.getBlockNumber()
    const stopped = watch.health
    expect(stopped.stoppedMs).toBeGreaterThanOrEqual(50)
    expect(stopped.silentMs).toBeLessThan(stopped.stoppedMs)
    block = '0x2'
    await client.getBlockNumber()
    expect(watch.health.stoppedMs).toBeLessThan(50)

    refused = 'eth_getLogs'
    await expect(client.getLogs()).rejects.toThrow()
    await expect(client.getLogs()).rejects.toThrow()
    await client.getBlockNumber()
    expect(watch.health.failing).toMatchObject({ method: 'eth_getLogs' })
    // The failure of a request that the relay does not always need, for example of a call that reverts, is no fault of the RPC.
    refused = 'eth_chainId'
    await expect(client.getChainId()).rejects.toThrow()
    await client.getLogs()
    expect(watch.health.failing).toBeUndefined()
    await rpc.stop()
  })
})
