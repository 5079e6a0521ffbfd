import { contractsOn } from '@lp/contracts/deployments'
import { type Anvil, startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey } from '@lp/contracts/script/deploy'
import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  type PublicClient,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startProxy } from '../../testbeds/proxy'
import { type FollowTransactionOptions, followTransaction } from './followTransaction'
import { transactionAt } from './transactionAt'

const { livepeerToken } = contractsOn(localChainId)
const account = privateKeyToAccount(localKey(3))
const spender = '0x1111111111111111111111111111111111111111'
const to = livepeerToken.address
const approve = (amount: bigint) =>
  encodeFunctionData({ ...livepeerToken, functionName: 'approve', args: [spender, amount] })
const higher = { maxPriorityFeePerGas: 10n ** 11n, maxFeePerGas: 10n ** 12n }

let anvil: Anvil
let chain: ReturnType<typeof connect>
let proxy: Awaited<ReturnType<typeof startProxy>>
let client: PublicClient
beforeAll(async () => {
  anvil = await startAnvil()
  await deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(0), preset: 'local' })
  proxy = await startProxy(anvil.rpcUrl)
  chain = connect()
  await chain.test.setAutomine(false)
  const transport = http(proxy.url, { retryCount: 0 })
  client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 }) as PublicClient
})
afterAll(async () => {
  await proxy.stop()
  await anvil.stop()
})
afterEach(async () => {
  proxy.refuse(() => undefined)
  await mine()
})

function connect() {
  const transport = http(anvil.rpcUrl)
  return {
    wallet: createWalletClient({ account, chain: foundry, transport }),
    test: createTestClient({ chain: foundry, mode: 'anvil', transport }),
    client: createPublicClient({ chain: foundry, transport }),
  }
}
const mine = (blocks = 1) => chain.test.mine({ blocks })
const nextNonce = () => chain.client.getTransactionCount({ address: account.address, blockTag: 'pending' })

/** A wallet sends a call; the page follows the transaction through the proxy. */
async function send(data: Hex, options: FollowTransactionOptions = {}) {
  const nonce = await nextNonce()
  const hash = await chain.wallet.sendTransaction({ to, data, gas: 100_000n })
  const sent = { hash, from: account.address, to, data, value: 0n, expectedNonce: nonce }
  const follow = () => followTransaction(client, sent, options)
  return { hash, nonce, follow }
}

/** Waits until `followTransaction` has requested the transaction. */
async function untilSeen() {
  const seen = new Promise<void>((resolve) =>
    proxy.refuse(({ method }) => {
      if (method === 'eth_getTransactionCount') resolve()
      return undefined
    }),
  )
  await seen
}

describe('followTransaction', () => {
  it('returns the receipt of the transaction', async () => {
    const { hash, follow } = await send(approve(1n))
    const followed = follow()
    await mine()
    expect(await followed).toMatchObject({ kind: 'mined', receipt: { transactionHash: hash, status: 'success' } })
  })

  for (const when of ['before', 'after'] as const)
    describe(`if the wallet replaces the transaction ${when} the RPC has seen it`, () => {
      async function replace(data: Hex, request: { to: Hex; data?: Hex; gas: bigint }) {
        const { nonce, follow } = await send(data)
        let followed = when === 'after' ? follow() : undefined
        if (when === 'after') await untilSeen()
        const hash = await chain.wallet.sendTransaction({ ...request, ...higher, nonce })
        followed ??= follow()
        await mine(3)
        return { hash, outcome: await followed }
      }

      it('returns the receipt of a transaction with the same call and a higher fee', async () => {
        const { hash, outcome } = await replace(approve(2n), { to, data: approve(2n), gas: 100_000n })
        expect(outcome).toMatchObject({ kind: 'mined', receipt: { transactionHash: hash, status: 'success' } })
      })

      it('reports `cancelled` if the new transaction goes to the account that sent it', async () => {
        const { outcome } = await replace(approve(3n), { to: account.address, gas: 21_000n })
        expect(outcome.kind).toBe('cancelled')
      })

      it('reports `replaced` if the new transaction makes another call', async () => {
        const { outcome } = await replace(approve(4n), { to, data: approve(5n), gas: 100_000n })
        expect(outcome.kind).toBe('replaced')
      })
    })

  it('reports `dropped` if neither the chain nor the pool knows the transaction', async () => {
    const onSlow = vi.fn()
    const { hash, follow } = await send(approve(6n), { patienceMs: 300, slowMs: 50, onSlow })
    await chain.test.dropTransaction({ hash })
    expect((await follow()).kind).toBe('dropped')
    expect(onSlow.mock.calls[0]).toEqual(['nowhere'])
  })

  it('has no time limit for a transaction in the pool, and reports that the wait is long', async () => {
    const onSlow = vi.fn()
    const { follow } = await send(approve(7n), { patienceMs: 100, slowMs: 50, onSlow })
    const followed = follow()
    await vi.waitFor(() => expect(onSlow.mock.calls.length).toBeGreaterThan(5), { timeout: 20_000 })
    expect(new Set(onSlow.mock.calls.flat())).toEqual(new Set(['pool']))
    await mine()
    expect((await followed).kind).toBe('mined')
  })

  it('waits while the RPC refuses all requests', async () => {
    const { follow } = await send(approve(8n))
    let refused = 0
    proxy.refuse(() => {
      refused++
      return { error: { code: -32005, message: 'limit exceeded' } }
    })
    const followed = follow()
    await mine()
    await vi.waitFor(() => expect(refused).toBeGreaterThan(5), { timeout: 20_000 })
    proxy.refuse(() => undefined)
    expect((await followed).kind).toBe('mined')
  })

  it('rejects after `patienceMs` with the last error of the RPC, and immediately with the reason of an aborted signal', async () => {
    const { follow } = await send(approve(9n), { patienceMs: 100 })
    proxy.refuse(() => ({ error: { code: -32005, message: 'limit exceeded' } }))
    await expect(follow()).rejects.toThrow('limit exceeded')
    proxy.refuse(() => undefined)
    const closing = new AbortController()
    const stopped = (await send(approve(9n), { signal: closing.signal })).follow()
    closing.abort(new DOMException('The page has closed.', 'AbortError'))
    await expect(stopped).rejects.toThrow('The page has closed.')
  })
})

describe('transactionAt', () => {
  it('finds a transaction by its nonce among many blocks, with few requests', async () => {
    const nonce = await nextNonce()
    const hash = await chain.wallet.sendTransaction({ to, data: approve(10n), gas: 100_000n })
    expect(await transactionAt(client, { address: account.address, nonce })).toBeUndefined()
    await mine(300)
    let requests = 0
    proxy.refuse(() => {
      requests++
      return undefined
    })
    expect((await transactionAt(client, { address: account.address, nonce }))?.hash).toBe(hash)
    expect(requests).toBeLessThan(25)
    expect(await transactionAt(client, { address: account.address, nonce: nonce + 1 })).toBeUndefined()
  })
})
