import { contractsOn } from '@lp/contracts/deployments'
import { type Anvil, startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey } from '@lp/contracts/script/deploy'
import { createPublicClient, createTestClient, createWalletClient, http, keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Sender, UnsentError } from './Sender'

const { jobsManager, livepeerToken } = contractsOn(localChainId)
const account = privateKeyToAccount(localKey(0))
const spender = '0x1111111111111111111111111111111111111111'
const approve = (amount: bigint) => ({ ...livepeerToken, functionName: 'approve', args: [spender, amount] }) as const

let anvil: Anvil
let chain: ReturnType<typeof connect>
let sender: Sender
beforeAll(async () => {
  anvil = await startAnvil()
  await deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(0), preset: 'local' })
  chain = connect()
})
afterAll(() => anvil.stop())
beforeEach(() => {
  sender = newSender()
})
afterEach(async () => {
  sender.close()
  await chain.test.mine({ blocks: 1 })
  await chain.test.setAutomine(true)
})

function connect() {
  const transport = http(anvil.rpcUrl)
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 20 }),
    wallet: createWalletClient({ account, chain: foundry, transport }),
    test: createTestClient({ chain: foundry, mode: 'anvil', transport }),
  }
}
const newSender = (patienceMs?: number) => new Sender({ ...chain, ...(patienceMs && { patienceMs }) })
const allowance = () =>
  chain.client.readContract({ ...livepeerToken, functionName: 'allowance', args: [account.address, spender] })
const counted = (blockTag: 'latest' | 'pending') =>
  chain.client.getTransactionCount({ address: account.address, blockTag })

/** Waits until this number of transactions is in the pool. */
async function pooled(count: number) {
  while ((await counted('pending')) - (await counted('latest')) < count)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('a sender', () => {
  it('sends the calls of many callers in one block, in the order in which `send` was called', async () => {
    await chain.test.setAutomine(false)
    const sent = Promise.all([1n, 2n, 3n].map((amount) => sender.send(approve(amount))))
    await pooled(3)
    await chain.test.mine({ blocks: 1 })
    const receipts = await sent
    expect(new Set(receipts.map(({ blockNumber }) => blockNumber)).size).toBe(1)
    expect(await allowance()).toBe(3n)
  })

  it('if the contract would refuse a call, names the contract’s error with its arguments, and sends no transaction', async () => {
    const before = await counted('pending')
    const jobId = keccak256('0x01')
    const drawn = sender.send({ ...jobsManager, functionName: 'drawCandidates', args: [jobId] })
    await expect(drawn).rejects.toMatchObject({ name: 'Sender.RevertError', errorName: 'UnknownJob', args: [jobId] })
    expect(await counted('pending')).toBe(before)
  })

  it('names the error of a call that failed in its block after a successful simulation', async () => {
    const owner = createWalletClient({
      account: privateKeyToAccount(localKey(1)),
      chain: foundry,
      transport: http(anvil.rpcUrl),
    })
    const [from, amount] = [owner.account.address, 100n]
    await sender.send({ ...livepeerToken, functionName: 'transfer', args: [from, amount] })
    await owner.writeContract({ ...livepeerToken, functionName: 'approve', args: [account.address, amount] })
    await chain.test.setAutomine(false)
    const sent = sender.send({ ...livepeerToken, functionName: 'transferFrom', args: [from, spender, amount] })
    sent.catch(() => undefined)
    await pooled(1)
    // The owner pays a higher fee, so the owner's transaction comes first in the block.
    const away = { ...livepeerToken, functionName: 'transfer', args: [spender, amount] } as const
    const terms = { nonce: 1, gas: 100_000n, maxPriorityFeePerGas: 10n ** 11n, maxFeePerGas: 10n ** 12n }
    await owner.writeContract({ ...away, ...terms })
    await chain.test.mine({ blocks: 1 })
    await expect(sent).rejects.toMatchObject({ name: 'Sender.RevertError', errorName: 'ERC20InsufficientBalance' })
  })

  it('waits until the transactions that another process sent with the same key are mined, and then sends the call', async () => {
    await chain.test.setAutomine(false)
    await chain.wallet.writeContract(approve(7n))
    await pooled(1)
    const sent = sender.send(approve(8n))
    await chain.test.mine({ blocks: 1 })
    await pooled(1)
    await chain.test.mine({ blocks: 1 })
    expect((await sent).status).toBe('success')
    expect(await allowance()).toBe(8n)
  })

  it('replaces a transaction that another process sent with the same key, if this transaction is not mined in time', async () => {
    await chain.test.setAutomine(false)
    const stuck = await chain.wallet.writeContract({ ...approve(9n), maxPriorityFeePerGas: 1n })
    const sent = newSender(100).send(approve(10n))
    sent.catch(() => undefined)
    for (;;) {
      const pending = await chain.client.getTransaction({ hash: stuck }).catch(() => undefined)
      if (!pending) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await chain.test.mine({ blocks: 1 })
    expect(await allowance()).toBe(10n)
  })

  it('throws UnsentError when the RPC does not answer', async () => {
    const transport = http('http://127.0.0.1:9', { retryCount: 0 })
    const client = createPublicClient({ chain: foundry, transport })
    const wallet = createWalletClient({ account, chain: foundry, transport })
    await expect(new Sender({ client, wallet }).send(approve(1n))).rejects.toBeInstanceOf(UnsentError)
  })

  it('stops waiting for receipts when it is closed', async () => {
    await chain.test.setAutomine(false)
    const sent = sender.send(approve(11n))
    await pooled(1)
    sender.close()
    await expect(sent).rejects.toBeInstanceOf(UnsentError)
  })
})
