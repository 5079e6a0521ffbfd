import { Cheque } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { domain } from '../../testbeds/chequebook'
import { KilledError, MemoryStore } from '../../testbeds/paymentStore'
import { CapError, type ChequeKey, ChequeWriter, ExpiryError } from './ChequeWriter'
import { DamagedEntryError } from './chequeEntry'

const wallet = privateKeyToAccount(generatePrivateKey())
const sessionKey = privateKeyToAccount(generatePrivateKey())
const payees = [1, 2].map(() => privateKeyToAccount(generatePrivateKey()).address)
const [channel, otherChannel] = payees.map((beneficiary) => {
  return { issuer: wallet.address, beneficiary, splitee: `0x${'00'.repeat(20)}`, splitBps: 0 } as const
}) as [Cheque.Channel, Cheque.Channel]
const key: ChequeKey = { issuer: wallet.address, signer: sessionKey, cap: 1_000n, expiry: 2_000_000n }
const nowSeconds = 1_000_000n
const open = (store: MemoryStore, change: Partial<ChequeKey> = {}) =>
  ChequeWriter.open({ store, domain, ...key, ...change })
const pay = (amount: bigint, party = '0xaa') => ({ amount, party, nowSeconds })

describe('ChequeWriter', () => {
  test('adds each amount to the last cheque of the channel', async () => {
    const writer = await open(new MemoryStore())
    const cheques = await Promise.all([writer.write(channel, pay(5n)), writer.write(channel, pay(7n))])
    const other = await writer.write(otherChannel, pay(1n))
    expect([...cheques, other].map(({ cumulative }) => cumulative)).toEqual([5n, 12n, 1n])
    expect(await Cheque.recover(other, domain)).toBe(sessionKey.address)
    expect(writer.last(channel)).toEqual(cheques[1])
    expect(writer.spent).toBe(13n)
  })

  test('counts a cheque once while it stores the cheque', async () => {
    const store = new MemoryStore()
    const writer = await open(store)
    const spent: bigint[] = []
    const put = store.put.bind(store)
    store.put = (...entry) => {
      spent.push(writer.spent)
      return put(...entry)
    }
    await writer.write(channel, pay(5n))
    expect(spent).toEqual([5n, 5n])
  })

  test('continues after a restart, also with a new session key', async () => {
    const store = new MemoryStore()
    await (await open(store)).write(channel, pay(400n))
    const again = await open(store)
    expect(again.spent).toBe(400n)
    expect(again.channelTo('0xaa')).toMatchObject(channel)
    const signer = privateKeyToAccount(generatePrivateKey())
    const renewed = await open(store, { signer })
    expect(renewed.spent).toBe(0n)
    expect((await renewed.write(channel, pay(600n))).cumulative).toBe(1_000n)
  })

  test('writes again after the issuer has raised the cap', async () => {
    const writer = await open(new MemoryStore())
    await writer.write(channel, pay(1_000n))
    await expect(writer.write(channel, pay(1n))).rejects.toThrow(CapError)
    writer.raise({ cap: 1_500n, expiry: key.expiry })
    expect((await writer.write(channel, pay(500n))).cumulative).toBe(1_500n)
    await expect(writer.write(channel, pay(1n))).rejects.toThrow(CapError)
  })

  test('refuses a cheque above the cap, a cheque shortly before the expiry of the key, and a payment of 0', async () => {
    const writer = await open(new MemoryStore())
    await writer.write(channel, pay(900n))
    await expect(writer.write(otherChannel, pay(101n))).rejects.toThrow(CapError)
    await expect(writer.write(channel, { ...pay(1n), nowSeconds: 1_999_000n })).rejects.toThrow(ExpiryError)
    await expect(writer.write(channel, pay(0n))).rejects.toThrow(Cheque.AmountError)
    expect((await writer.write(channel, pay(100n))).cumulative).toBe(1_000n)
  })

  test('returns no cheque that it cannot store', async () => {
    const writer = await open(new MemoryStore(new Map(), { killAt: 2 }))
    await expect(writer.write(channel, pay(5n))).rejects.toThrow(KilledError)
    expect(writer.last(channel)).toBeUndefined()
  })

  test('does not start with a damaged entry, because it could sign a lower cheque', async () => {
    const store = new MemoryStore()
    await (await open(store)).write(channel, pay(5n))
    for (const [entryKey, text] of store.entries)
      if (entryKey.startsWith('written/')) store.entries.set(entryKey, text.slice(1))
    await expect(open(store)).rejects.toThrow(DamagedEntryError)
  })
})

test.each([false, true])(
  'each new cheque is higher than all cheques before, also if the process is killed at any write (is the entry stored? %s)',
  async (isStored) => {
    for (let killAt = 1; killAt <= 12; killAt++) {
      let highest = 0n
      let entries: ReadonlyMap<string, string> = new Map()
      for (const kill of [killAt, Number.POSITIVE_INFINITY]) {
        const store = new MemoryStore(entries, { killAt: kill, isStored })
        const writer = await open(store)
        for (let step = 0; step < 6; step++) {
          const cheque = await writer.write(channel, pay(10n)).catch(() => undefined)
          if (!cheque) break
          expect(cheque.cumulative > highest).toBe(true)
          highest = cheque.cumulative
        }
        entries = store.entries
        expect((await open(store)).spent >= highest).toBe(true)
      }
      expect(highest >= 60n).toBe(true)
    }
  },
)
