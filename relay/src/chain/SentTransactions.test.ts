import { contractsOn } from '@lp/contracts/deployments'
import { type Anvil, startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey } from '@lp/contracts/script/deploy'
import { createPublicClient, createTestClient, createWalletClient, type Hex, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Sender, UnsentError } from './Sender'
import { OvertakenError } from './SentTransactions'

const { livepeerToken } = contractsOn(localChainId)
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
  await chain.test.setAutomine(false)
  await mine()
})
afterAll(() => anvil.stop())
beforeEach(() => {
  sender = new Sender(chain)
})
afterEach(() => sender.close())

function connect() {
  const transport = http(anvil.rpcUrl)
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 20 }),
    wallet: createWalletClient({ account, chain: foundry, transport }),
    test: createTestClient({ chain: foundry, mode: 'anvil', transport }),
  }
}
const mine = () => chain.test.mine({ blocks: 1 })
const anvilDo = (method: 'anvil_reorg' | 'anvil_rollback', ...params: unknown[]) =>
  chain.client.transport.request({ method, params })
const allowance = () =>
  chain.client.readContract({ ...livepeerToken, functionName: 'allowance', args: [account.address, spender] })
const sentBefore = () => chain.client.getTransactionCount({ address: account.address })

/** The hashes of the transactions in the pool, in the order of nonces. */
async function pool(): Promise<Hex[]> {
  const { transactions } = await chain.client.getBlock({ blockTag: 'pending' })
  return transactions
}

async function pooled(count: number): Promise<Hex[]> {
  for (;;) {
    const hashes = await pool()
    if (hashes.length === count) return hashes
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/**
 * Mines one block. Then, until the condition is met, mines a block each time that the pool holds a transaction. The sender may
 * send a transaction again before or after the first block.
 */
async function mineUntil(isMet: () => Promise<boolean>) {
  await mine()
  while (!(await isMet())) {
    if ((await pool()).length > 0) await mine()
    else await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const isMined = (hash: Hex) => async () =>
  (await chain.client.getTransactionReceipt({ hash }).catch(() => undefined)) !== undefined

async function sendIntoBlock(amount: bigint) {
  const sent = sender.send(approve(amount))
  await pooled(1)
  await mine()
  return sent
}

describe('a transaction that a reorganisation undoes', () => {
  it.each([1, 2, 3])('is sent again without a change, after %i blocks were replaced', async (depth) => {
    const { transactionHash } = await sendIntoBlock(BigInt(depth))
    await chain.test.mine({ blocks: depth - 1 })
    await anvilDo('anvil_reorg', depth, [])
    expect(await allowance()).not.toBe(BigInt(depth))
    await mineUntil(isMined(transactionHash))
    expect(await allowance()).toBe(BigInt(depth))
  })

  it('is sent again when the chain has become shorter', async () => {
    const { transactionHash } = await sendIntoBlock(4n)
    await anvilDo('anvil_rollback', 1)
    expect(await allowance()).not.toBe(4n)
    await mine()
    await mineUntil(isMined(transactionHash))
    expect(await allowance()).toBe(4n)
  })

  it('does not stop later transactions', async () => {
    await sendIntoBlock(5n)
    const next = sender.send(approve(6n))
    await pooled(1)
    await anvilDo('anvil_reorg', 1, [])
    await mineUntil(async () => (await allowance()) === 6n)
    expect((await next).status).toBe('success')
  })

  it('gets no second nonce if a caller sends the same call again: this caller gets the receipt of the first transaction', async () => {
    const before = await sentBefore()
    const first = await sendIntoBlock(7n)
    await anvilDo('anvil_reorg', 1, [])
    const again = sender.send(approve(7n))
    const other = sender.send(approve(8n))
    await mineUntil(async () => (await allowance()) === 8n)
    expect((await again).transactionHash).toBe(first.transactionHash)
    expect((await other).status).toBe('success')
    expect(await sentBefore()).toBe(before + 2)
  })
})

describe('a transaction that the pool loses', () => {
  it('is sent again at the next block, and its receipt reaches the caller', async () => {
    const sent = sender.send(approve(11n))
    const [hash] = await pooled(1)
    await chain.test.dropTransaction({ hash: hash as Hex })
    await mineUntil(isMined(hash as Hex))
    expect((await sent).transactionHash).toBe(hash)
  })

  it('is replaced by a transaction with the same call and a higher fee: the caller gets the receipt of the new transaction', async () => {
    const nonce = await sentBefore()
    const sent = sender.send(approve(14n))
    const [hash] = await pooled(1)
    const fees = { maxPriorityFeePerGas: 10n ** 11n, maxFeePerGas: 10n ** 12n }
    const faster = await chain.wallet.writeContract({ ...approve(14n), nonce, gas: 100_000n, ...fees })
    let isOver = false
    void sent.finally(() => {
      isOver = true
    })
    while (!isOver) await mine()
    expect(await sent).toMatchObject({ transactionHash: faster, status: 'success' })
    expect(faster).not.toBe(hash)
  })

  it('is no longer followed when another call with its nonce is mined: the caller gets an error', async () => {
    const nonce = await sentBefore()
    const sent = sender.send(approve(12n))
    await pooled(1)
    const fees = { maxPriorityFeePerGas: 10n ** 11n, maxFeePerGas: 10n ** 12n }
    await chain.wallet.writeContract({ ...approve(13n), nonce, ...fees })
    const failure = sent.catch((error: unknown) => error)
    // The sender stops following the transaction at the second block.
    let isOver = false
    void failure.then(() => {
      isOver = true
    })
    while (!isOver) await mine()
    expect(await failure).toBeInstanceOf(UnsentError)
    expect(await failure).toMatchObject({ cause: expect.any(OvertakenError) })
  })
})
