import { contractsOn } from '@lp/contracts/deployments'
import { StreamBinding, StreamId } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { createPublicClient, type Hex, http, type PublicClient, parseEther, UserRejectedRequestError } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Refusal, startProxy } from '../../relay/testbeds/proxy'
import { TransactionError } from '../act/TransactionError'
import { ChainLostError, type FollowJobOptions, followJob, NoTranscoderDrawnError } from './followJob'

const { bondingManager, jobsManager } = contractsOn(localChainId)
const domain = { chainId: localChainId, jobsManager: jobsManager.address }
const stake = parseEther('100')

let local: LocalChain
let proxy: Awaited<ReturnType<typeof startProxy>>
beforeAll(async () => {
  local = await startLocalChain()
  proxy = await startProxy(local.rpcUrl)
  const transcoder = local.user(1)
  await local.mined(local.user(0).livepeerToken.write.transfer([transcoder.address, stake]))
  await local.mined(transcoder.livepeerToken.write.approve([bondingManager.address, stake]))
  await local.mined(transcoder.bondingManager.write.bond([stake, transcoder.address]))
  await local.mined(transcoder.bondingManager.write.transcoder([1n, 0n, 0n]))
  await local.mined(transcoder.bondingManager.write.transcodeAvailability([true]))
  await nextRound()
})
afterAll(async () => {
  await proxy.stop()
  await local.stop()
})
let closing = new AbortController()
beforeEach(() => {
  closing = new AbortController()
})
afterEach(() => {
  proxy.refuse(() => undefined)
  closing.abort()
})

/** Mines until the next round, and initializes it. */
async function nextRound() {
  await local.mine(31)
  await local.mined(local.user(0).roundsManager.write.initializeRound())
}

async function post(): Promise<Hex> {
  const broadcaster = local.user(2)
  const streamKey = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(streamKey.address)
  const binding = await StreamBinding.sign({ streamId, broadcaster: broadcaster.address }, streamKey, domain)
  const options = { width: 640, height: 360, fps: 30, renditions: [{ height: 180, bitrate: 300_000 }] }
  const endBlock = (await local.chain.getBlockNumber({ cacheTime: 0 })) + 1_000n
  await local.mined(
    broadcaster.jobsManager.write.job([streamId, options, 1n, endBlock, binding], { value: parseEther('1') }),
  )
  return broadcaster.jobsManager.read.latestJob([streamId])
}

/** Follows a job through the proxy. As in the page, viem repeats some requests before it reports an error. */
function follow(jobId: Hex, options: Partial<FollowJobOptions> = {}) {
  const client = createPublicClient({ chain: foundry, transport: http(proxy.url), pollingInterval: 50 })
  const drawn = followJob(client as PublicClient, {
    ...{ jobId, signal: closing.signal, onRedraw: vi.fn(), onMissing: vi.fn(), onFailed: vi.fn(), postAgain: vi.fn() },
    ...options,
  })
  drawn.catch(() => undefined)
  return drawn
}

const say = (code: number, message: string): Refusal => ({ error: { code, message } })

/** The answers of an RPC that limits requests, or that fails for a moment. */
const momentary: [string, Refusal][] = [
  ['HTTP 429 with text', { status: 429, text: 'Too Many Requests' }],
  ['HTTP 502', { status: 502, text: 'Bad Gateway' }],
  ['HTTP 403', { status: 403, text: 'Forbidden' }],
  ['error 429', say(429, 'Your app has exceeded its compute units per second capacity.')],
  ['error -32005', say(-32005, 'project ID request rate exceeded')],
  ['HTTP 429 with error -32011', { status: 429, ...say(-32011, 'rate limited') }],
  ['error -32007', say(-32007, '50/second request limit reached')],
  ['error -32016', say(-32016, 'over rate limit')],
  ['error -32603', say(-32603, 'Internal error')],
  ['error -32000', say(-32000, 'header not found')],
  ['error -32002', say(-32002, 'request timed out')],
  ['error -32601', say(-32601, 'the method eth_call does not exist/is not available')],
  ['an answer that is not JSON', { text: '<html>Please wait.</html>' }],
]

describe('followJob', () => {
  it.each(momentary)('waits while the RPC answers with %s', async (_, refusal) => {
    const jobId = await post()
    let refused = 0
    proxy.refuse(() => {
      refused++
      return refusal
    })
    const drawn = follow(jobId)
    // The block that decides the draw is not mined yet, so `drawn` cannot resolve. If the page gave up, `drawn` would reject.
    const outcome = Promise.race([drawn.then(() => 'drawn'), whenRefused(() => refused > 8).then(() => 'waiting')])
    expect(await outcome).toBe('waiting')
    proxy.refuse(() => undefined)
    await local.mine(3)
    expect((await drawn).map(({ address }) => address)).toEqual([local.user(1).address])
  })

  it('gives up when the RPC has refused all requests for `patienceMs`', async () => {
    const jobId = await post()
    proxy.refuse(() => say(-32005, 'limit exceeded'))
    await expect(follow(jobId, { patienceMs: 500 })).rejects.toBeInstanceOf(ChainLostError)
  })

  it('throws an error immediately if no transcoder was drawn', async () => {
    await local.mined(local.user(1).bondingManager.write.transcodeAvailability([false]))
    try {
      const jobId = await post()
      await local.mine(3)
      await expect(follow(jobId)).rejects.toBeInstanceOf(NoTranscoderDrawnError)
    } finally {
      await local.mined(local.user(1).bondingManager.write.transcodeAvailability([true]))
    }
  })

  describe('when no block contains the job any more', () => {
    const failed = (cause: unknown) => new TransactionError({ functionName: 'job', stage: 'unsent', cause })
    const unknownJob = `0x${'11'.repeat(32)}` as const
    /** Mines blocks until the promise has settled. */
    async function mineUntilOver<Value>(over: Promise<Value>): Promise<Value> {
      let isOver = false
      const done = over.finally(() => {
        isOver = true
      })
      done.catch(() => undefined)
      while (!isOver) {
        await local.mine(1)
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
      return done
    }

    it('asks the wallet again after an error of the RPC, until `patienceMs` have passed', async () => {
      const postAgain = vi.fn(() => Promise.reject(failed(new Error('limit exceeded'))))
      const drawn = follow(unknownJob, { postAgain, patienceMs: 500 })
      await expect(mineUntilOver(drawn)).rejects.toThrow('unsent')
      expect(postAgain.mock.calls.length).toBeGreaterThan(1)
    })

    it('does not ask the wallet again after the person declines', async () => {
      const postAgain = vi.fn(() => Promise.reject(failed(new UserRejectedRequestError(new Error('no')))))
      await expect(mineUntilOver(follow(unknownJob, { postAgain }))).rejects.toThrow('unsent')
      expect(postAgain).toHaveBeenCalledOnce()
    })
  })
})

async function whenRefused(isEnough: () => boolean) {
  while (!isEnough()) await new Promise((resolve) => setTimeout(resolve, 20))
}
