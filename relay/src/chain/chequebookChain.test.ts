import { contractsOn } from '@lp/contracts/deployments'
import { Cheque } from '@lp/contracts/protocol'
import { type Anvil, startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { parseEther, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MemoryStore } from '../../testbeds/paymentStore'
import { Cashier } from '../payment/Cashier'
import { chequebookCalls } from './chequebookCalls'
import { chequebookChain } from './chequebookChain'
import { followChequebook } from './followChequebook'
import { isRegistered } from './isRegistered'
import { readChequebook } from './readChequebook'
import { Sender } from './Sender'

const domain: Cheque.Domain = { chainId: localChainId, chequebook: contractsOn(localChainId).chequebook.address }
const calls = chequebookCalls(localChainId)
const milli = parseEther('0.001')
const sessionKey = privateKeyToAccount(generatePrivateKey())

let anvil: Anvil
let local: ReturnType<typeof connect>
const senders = new Map<number, Sender>()
beforeAll(async () => {
  anvil = await startAnvil()
  local = connect(anvil.rpcUrl)
  await deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(0), preset: 'local' })
}, 60_000)
afterAll(async () => {
  for (const sender of senders.values()) sender.close()
  await anvil.stop()
})

function senderOf(index: number): Sender {
  const sender = senders.get(index) ?? new Sender({ client: local.chain, wallet: local.user(index).wallet })
  senders.set(index, sender)
  return sender
}
const chainOf = (payee: number) =>
  chequebookChain({ chainId: localChainId, client: local.chain, sender: senderOf(payee) })
const channelOf = (issuer: number, payee: number): Cheque.Channel => ({
  ...{ issuer: local.user(issuer).address, beneficiary: local.user(payee).address },
  ...{ splitee: zeroAddress, splitBps: 0 },
})
const sign = (channel: Cheque.Channel, cumulative: bigint, signer = privateKeyToAccount(localKey(1))) =>
  Cheque.sign({ ...channel, cumulative }, signer, domain)

/** The change of an account's balance during `act`, without the cost of the gas for the account's own transactions. */
async function gainOf(index: number, act: () => Promise<unknown>): Promise<bigint> {
  const { address } = local.user(index)
  const spentGas = async (from: bigint, to: bigint) => {
    let gas = 0n
    for (let number = from + 1n; number <= to; number++)
      for (const hash of (await local.chain.getBlock({ blockNumber: number })).transactions) {
        const receipt = await local.chain.getTransactionReceipt({ hash })
        if (receipt.from === address.toLowerCase()) gas += receipt.gasUsed * receipt.effectiveGasPrice
      }
    return gas
  }
  const [before, from] = [await local.chain.getBalance({ address }), await local.chain.getBlockNumber({ cacheTime: 0 })]
  await act()
  const gas = await spentGas(from, await local.chain.getBlockNumber({ cacheTime: 0 }))
  return (await local.chain.getBalance({ address })) - before + gas
}

describe('the Chequebook contract, as the room payment uses it', () => {
  test('pays a cheque that a session key has signed, and reports the paid amount', async () => {
    const { timestamp } = await local.chain.getBlock()
    const authority = { cap: 5n * milli, expiry: timestamp + 100_000n, deposit: 2n * milli }
    await senderOf(1).send(calls.authorise(sessionKey.address, authority))
    const channel = channelOf(1, 2)
    const facts = await chainOf(2).factsOf(channel, sessionKey.address)
    expect(facts).toMatchObject({ account: { deposit: 2n * milli }, channel: { paid: 0n }, key: { cap: 5n * milli } })
    expect(facts.time).toBeGreaterThanOrEqual(timestamp)
    const cheque = await sign(channel, milli, sessionKey)
    let results: unknown
    const gain = await gainOf(2, async () => {
      results = await chainOf(2).cash([cheque])
    })
    expect(results).toEqual([{ paid: milli, hasBounced: false }])
    expect(gain).toBe(milli)
    const after = await readChequebook(local.chain, { issuer: channel.issuer, key: sessionKey.address })
    expect(after).toMatchObject({ deposit: milli, key: { spent: milli }, withdrawalDelay: 20n })
  }, 60_000)

  test('reports the amount 0 for a cheque that was cashed before', async () => {
    const cheque = await sign(channelOf(1, 2), milli, sessionKey)
    expect(await chainOf(2).cash([cheque])).toEqual([{ paid: 0n, hasBounced: false }])
  }, 60_000)

  test('reports the paid amount of each cheque of a batch, and which cheque has bounced', async () => {
    await senderOf(3).send(calls.deposit(3n * milli))
    await senderOf(4).send(calls.depositFor(local.user(5).address, milli))
    const batch = [
      await sign(channelOf(1, 2), milli, sessionKey),
      await sign(channelOf(3, 2), 2n * milli, privateKeyToAccount(localKey(3))),
      await sign(channelOf(5, 2), 4n * milli, privateKeyToAccount(localKey(5))),
    ]
    let results: unknown
    const gain = await gainOf(2, async () => {
      results = await chainOf(2).cash(batch)
    })
    expect(results).toEqual([
      { paid: 0n, hasBounced: false },
      { paid: 2n * milli, hasBounced: false },
      { paid: milli, hasBounced: true },
    ])
    expect(gain).toBe(3n * milli)
  }, 60_000)

  test('estimates at least as much gas for a cash-out as the cash-out uses', async () => {
    const price = await local.chain.getGasPrice()
    await senderOf(6).send(calls.deposit(milli))
    const receipt = await senderOf(2).send(
      calls.cash(await sign(channelOf(6, 2), milli, privateKeyToAccount(localKey(6)))),
    )
    expect((await chainOf(2).costOf(1)) / price).toBeGreaterThanOrEqual(receipt.gasUsed)
  }, 60_000)

  test('without a sender, reads the contract and refuses to cash', async () => {
    const chain = chequebookChain({ chainId: localChainId, client: local.chain })
    expect((await chain.factsOf(channelOf(3, 2), local.user(3).address)).account.deposit).toBe(milli)
    await expect(chain.cash([await sign(channelOf(1, 2), milli, sessionKey)])).rejects.toThrow('There is no key')
  })
})

describe('a cashier with the real contract', () => {
  test('cashes a cheque when its issuer announces a withdrawal, before the issuer can withdraw', async () => {
    const issuer = local.user(7)
    await senderOf(7).send(calls.deposit(2n * milli))
    const cashier = await Cashier.open({
      ...{ store: new MemoryStore(), chain: chainOf(2), domain, key: undefined, nowMs: () => Date.now() },
      isOurs: ({ beneficiary }) => beneficiary === local.user(2).address,
    })
    await cashier.accept(await sign(channelOf(7, 2), milli, issuer.account), issuer.address)
    const cashed = cashier.next('cashed')
    const stop = followChequebook(local.chain, {
      issuers: () => cashier.issuers,
      onChange: (changed) => void cashier.issuerChanged(changed),
    })
    await cashier.review()
    expect(cashier.outstanding).toBe(milli)
    await senderOf(7).send(calls.announceWithdrawal(Cheque.maxAmount))
    expect(await cashed).toEqual([issuer.address.toLowerCase(), milli])
    stop()
    await local.test.increaseTime({ seconds: 20 })
    await local.mine(1)
    const gain = await gainOf(7, () => senderOf(7).send(calls.withdraw()))
    expect(gain).toBe(milli)
  }, 60_000)
})

describe('the events of the Chequebook contract', () => {
  test('are reported only for the followed issuers, and a reorganisation that undoes an event is reported, too', async () => {
    const [followed, other] = [local.user(8).address, local.user(9).address]
    // The search at the start also reports the events of the last blocks. These blocks must hold no event of the other tests.
    await local.mine(13)
    const changes: string[] = []
    let next: (() => void) | undefined
    const stop = followChequebook(local.chain, {
      issuers: () => [followed],
      onChange: (issuer) => {
        changes.push(issuer)
        next?.()
      },
    })
    const change = () => new Promise<void>((resolve) => (next = resolve))
    for (const act of [
      () => senderOf(8).send(calls.deposit(milli)),
      () => senderOf(8).send(calls.announceWithdrawal(1n)),
      () => senderOf(8).send(calls.authorise(sessionKey.address, { cap: 1n, expiry: 2n ** 40n })),
      () => senderOf(8).send(calls.revoke(sessionKey.address)),
      () => senderOf(8).send(calls.increaseHardDeposit(channelOf(8, 2), { amount: 1n })),
      () => senderOf(8).send(calls.prepareDecrease(channelOf(8, 2), 1n)),
      async () => senderOf(2).send(calls.cash(await sign(channelOf(8, 2), 1n, local.user(8).account))),
    ]) {
      const changed = change()
      await senderOf(9).send(calls.depositFor(other, 1n))
      await act()
      await changed
    }
    expect(new Set(changes)).toEqual(new Set([followed]))
    const undone = change()
    await local.chain.transport.request({ method: 'anvil_reorg', params: [1, []] })
    await local.mine(1)
    await undone
    stop()
  }, 60_000)
})

test('an account with a service URI is a registered relay, and the chain is asked about an account only once in a minute', async () => {
  const { address, serviceRegistry } = local.user(0)
  expect(await isRegistered(local.chain)(address)).toBe(false)
  await local.mined(serviceRegistry.write.setServiceURI(['https://relay.example']))
  const isRelay = isRegistered(local.chain)
  expect(await isRelay(address)).toBe(true)
  await local.mined(serviceRegistry.write.setServiceURI(['']))
  expect(await isRelay(address)).toBe(true)
  expect(await isRegistered(local.chain)(address)).toBe(false)
}, 60_000)
