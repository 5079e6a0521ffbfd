import { Cheque } from '@lp/contracts/protocol'
import { type Address, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeEach, describe, expect, test } from 'vitest'
import { ChequebookModel, domain } from '../../testbeds/chequebook'
import { MemoryStore } from '../../testbeds/paymentStore'
import { Cashier, NoKeyError } from './Cashier'

const newKey = () => privateKeyToAccount(generatePrivateKey())
const [payer, payee, otherPayee] = [newKey(), newKey(), newKey()]
const party = payer.address.toLowerCase()

let chequebook: ChequebookModel
let nowMs: number
beforeEach(() => {
  chequebook = new ChequebookModel()
  chequebook.deposit(payer.address, 100_000n)
  nowMs = 0
})

const channelTo = (beneficiary: Address): Cheque.Channel => {
  return { issuer: payer.address, beneficiary, splitee: zeroAddress, splitBps: 0 }
}
const sign = (cumulative: bigint, beneficiary = payee.address) =>
  Cheque.sign({ ...channelTo(beneficiary), cumulative }, payer, domain)

/** A cashier that takes cheques, and all its events. */
async function openPayee(store = new MemoryStore(), accounts = [payee.address]) {
  const isOurs = ({ beneficiary }: Cheque.Channel) => accounts.includes(beneficiary)
  const cashier = await Cashier.open({
    store,
    chain: chequebook.chain,
    domain,
    key: undefined,
    isOurs,
    nowMs: () => nowMs,
  })
  const events: [name: string, amount: bigint][] = []
  for (const name of ['cashed', 'bounced', 'recovered'] as const)
    cashier.on(name, (_, amount) => events.push([name, amount]))
  const faults: Error[] = []
  cashier.on('fault', (error) => faults.push(error))
  return { cashier, events, faults, store }
}

describe('Cashier', () => {
  test('cashes a cheque when its amount is fifty times the cost of the gas', async () => {
    const { cashier, events } = await openPayee()
    await cashier.accept(await sign(4_999n), party)
    await cashier.review()
    expect(events).toEqual([])
    await cashier.accept(await sign(5_000n), party)
    await cashier.review()
    expect(events).toEqual([['cashed', 5_000n]])
    expect(cashier.outstanding).toBe(0n)
    await cashier.review()
    expect(chequebook.received.get(payee.address.toLowerCase())).toBe(5_000n)
  })

  test('when the process stops or the issuer announces a withdrawal, cashes each cheque that brings more than the cost of its gas', async () => {
    const { cashier, events } = await openPayee()
    await cashier.accept(await sign(200n), party)
    await cashier.review({ isStopping: true })
    await cashier.accept(await sign(250n), party)
    await cashier.review({ isStopping: true })
    expect(events).toEqual([['cashed', 200n]])
    await cashier.accept(await sign(400n), party)
    chequebook.change(payer.address, { withdrawal: 1n })
    await cashier.issuerChanged(payer.address)
    expect(events).toEqual([
      ['cashed', 200n],
      ['cashed', 200n],
    ])
  })

  test('reports a bounce when another payee empties the deposit, and a recovery after a new deposit', async () => {
    const { cashier, events } = await openPayee()
    await cashier.accept(await sign(4_000n), party)
    await chequebook.cash(await sign(97_000n, otherPayee.address))
    await cashier.issuerChanged(payer.address)
    expect(events).toEqual([
      ['bounced', 1_000n],
      ['cashed', 3_000n],
    ])
    expect(cashier.missingOf(party)).toBe(1_000n)
    await expect(cashier.accept(await sign(4_001n), party)).rejects.toThrow('has bounced')
    chequebook.deposit(payer.address, 50_000n)
    chequebook.time += 60n
    await cashier.issuerChanged(payer.address)
    expect(events.slice(2)).toEqual([['recovered', 1_000n]])
    await cashier.review({ isStopping: true })
    expect(events.slice(3)).toEqual([['cashed', 1_000n]])
    expect((await cashier.accept(await sign(4_001n), party)).growth).toBe(1n)
  })

  test('loses only the part of a cheque that the deposit does not cover, when the issuer has promised two payees more than its deposit', async () => {
    const [one, other] = [await openPayee(), await openPayee(new MemoryStore(), [otherPayee.address])]
    await one.cashier.accept(await sign(60_000n), party)
    await other.cashier.accept(await sign(60_000n, otherPayee.address), party)
    await one.cashier.review()
    await other.cashier.issuerChanged(payer.address)
    expect(one.events).toEqual([['cashed', 60_000n]])
    expect(other.events).toEqual([
      ['bounced', 20_000n],
      ['cashed', 40_000n],
    ])
  })

  test('knows after a restart which part of the cheques the contract would not pay', async () => {
    const { cashier, store } = await openPayee()
    await cashier.accept(await sign(4_000n), party)
    chequebook.change(payer.address, { deposit: 1_000n })
    const again = await openPayee(store)
    expect(again.cashier.missingOf(party)).toBe(3_000n)
    expect(again.cashier.heldOf(party)).toBe(4_000n)
  })

  test('cashes in batches, and waits a minute after a failed transaction', async () => {
    const { cashier, events, faults } = await openPayee(new MemoryStore(), [payee.address])
    const sizes: number[] = []
    const { cash } = chequebook.chain
    let fails = true
    Object.assign(chequebook.chain, {
      cash: (cheques: readonly Cheque.SignedCheque[]) => {
        sizes.push(cheques.length)
        return fails ? Promise.reject(new TypeError('The chain is down.')) : cash(cheques)
      },
    })
    for (let index = 0; index < 23; index++) {
      const issuer = newKey()
      chequebook.deposit(issuer.address, 9_000n)
      const cheque = { ...channelTo(payee.address), issuer: issuer.address, cumulative: 9_000n }
      await cashier.accept(await Cheque.sign(cheque, issuer, domain), `${index}`)
    }
    await cashier.review()
    await cashier.review()
    expect([sizes, faults.length]).toEqual([[20, 3], 2])
    fails = false
    nowMs += 60_000
    await cashier.review()
    expect(sizes).toEqual([20, 3, 20, 3])
    expect(events.length).toBe(23)
  })

  test('writes cheques only with a key', async () => {
    const { cashier } = await openPayee()
    await expect(cashier.write(channelTo(payee.address), { amount: 1n, party })).rejects.toThrow(NoKeyError)
  })
})

test.each([false, true])(
  'after a crash of payer or payee at any write (is the entry stored? %s), at most one cheque is not acknowledged, and no cheque is lost',
  async (isStored) => {
    const amount = 1_000n
    for (const killed of ['payer', 'payee'] as const)
      for (let killAt = 1; killAt <= 10; killAt++) {
        const stores = { payer: new MemoryStore(), payee: new MemoryStore() }
        let [acknowledged, given] = [0n, 0n]
        for (const kill of [killAt, Number.POSITIVE_INFINITY]) {
          stores[killed] = new MemoryStore(stores[killed].entries, { killAt: kill, isStored })
          const options = { chain: chequebook.chain, domain, nowMs: () => nowMs }
          const key = { issuer: payer.address, signer: payer, cap: 90_000n, expiry: 10n ** 9n }
          const writing = await Cashier.open({ ...options, store: stores.payer, key, isOurs: () => false })
          const taking = await Cashier.open({ ...options, store: stores.payee, key: undefined, isOurs: () => true })
          const channel = channelTo(payee.address)
          // After the restart the payer sends its newest cheque again, and the payee acknowledges it.
          const last = writing.last(channel)
          if (last) acknowledged = (await taking.accept(last, party)).cumulative
          for (let step = 0; step < 5; step++) {
            const cheque = await writing.write(channel, { amount, party }).catch(() => undefined)
            if (!cheque) break
            expect(cheque.cumulative > given).toBe(true)
            given = cheque.cumulative
            const accepted = await taking.accept(cheque, party).catch(() => undefined)
            if (!accepted) break
            acknowledged = accepted.cumulative
          }
          const held = taking.heldOf(party)
          // The payee holds each cheque that it has acknowledged. The payer has written at most one further cheque.
          expect(held >= acknowledged).toBe(true)
          expect((writing.last(channel)?.cumulative ?? 0n) - acknowledged <= amount).toBe(true)
        }
        const final = await Cashier.open({
          ...{ store: stores.payee, chain: chequebook.chain, domain, key: undefined },
          ...{ isOurs: () => true, nowMs: () => nowMs },
        })
        expect(final.heldOf(party)).toBe(given)
      }
  },
)
