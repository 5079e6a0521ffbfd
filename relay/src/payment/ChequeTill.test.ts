import { Cheque } from '@lp/contracts/protocol'
import { type Address, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeEach, describe, expect, test } from 'vitest'
import { ChequebookModel, domain } from '../../testbeds/chequebook'
import { KilledError, MemoryStore } from '../../testbeds/paymentStore'
import { ChequeTill } from './ChequeTill'
import * as Errors from './chequeErrors'

const newKey = () => privateKeyToAccount(generatePrivateKey())
const [wallet, sessionKey, stranger] = [newKey(), newKey(), newKey()]
const [ours, alsoOurs] = [newKey().address, newKey().address]
const issuer = wallet.address
const channelTo = (beneficiary: Address): Cheque.Channel => ({ issuer, beneficiary, splitee: zeroAddress, splitBps: 0 })
const channel = channelTo(ours)

let chequebook: ChequebookModel
let store: MemoryStore
let nowMs: number
beforeEach(() => {
  chequebook = new ChequebookModel()
  chequebook.deposit(issuer, 1_000n)
  chequebook.authorise(issuer, sessionKey.address, { cap: 1_000n, expiry: chequebook.time + 100_000n })
  store = new MemoryStore()
  nowMs = 0
})

const open = () =>
  ChequeTill.open({
    ...{ store, chain: chequebook.chain, domain, nowMs: () => nowMs },
    isOurs: ({ beneficiary, splitBps }) => splitBps === 0 && [ours, alsoOurs].includes(beneficiary),
  })
const sign = (cumulative: bigint, change: Partial<Cheque.Channel> = {}, signer = sessionKey) =>
  Cheque.sign({ ...channel, ...change, cumulative }, signer, domain)

describe('ChequeTill.accept', () => {
  test('takes growing cheques of a session key and of the issuer, and returns their growth', async () => {
    const till = await open()
    expect(await till.accept(await sign(100n), '0xAA')).toEqual({ growth: 100n, cumulative: 100n })
    expect(await till.accept(await sign(150n, {}, wallet), '0xaa')).toEqual({ growth: 50n, cumulative: 150n })
    expect(till.cheques.map(({ party }) => party)).toEqual(['0xaa'])
  })

  test('counts nothing for a repeated cheque, and refuses a lower cheque, also after a restart', async () => {
    for (const till of [await open(), await open()]) {
      await till.accept(await sign(100n), '0xaa')
      expect(await till.accept(await sign(100n), '0xaa')).toEqual({ growth: 0n, cumulative: 100n })
      await expect(till.accept(await sign(99n), '0xaa')).rejects.toThrow(Errors.LowerChequeError)
    }
  })

  test('refuses a cheque that was cashed before, also if the store has no cheque of the channel', async () => {
    chequebook.changeChannel(channel, { paid: 100n })
    await expect((await open()).accept(await sign(100n), '0xaa')).rejects.toThrow(Errors.LowerChequeError)
    expect((await (await open()).accept(await sign(120n), '0xaa')).growth).toBe(20n)
  })

  test('refuses a cheque with a wrong signer, for another chain, or for another beneficiary', async () => {
    const till = await open()
    const accept = (cheque: Cheque.SignedCheque) => till.accept(cheque, '0xaa')
    await expect(accept(await sign(1n, {}, stranger))).rejects.toThrow(Errors.WrongSignerError)
    const otherChain = await Cheque.sign({ ...channel, cumulative: 1n }, sessionKey, { ...domain, chainId: 1 })
    await expect(accept(otherChain)).rejects.toThrow(Errors.WrongSignerError)
    await expect(accept({ ...(await sign(1n)), cumulative: 2n })).rejects.toThrow(Errors.WrongSignerError)
    await expect(accept({ ...(await sign(1n)), signature: '0x' })).rejects.toThrow(Errors.WrongSignerError)
    await expect(accept(await sign(1n, { beneficiary: stranger.address }))).rejects.toThrow(Errors.WrongChannelError)
    const split = { splitee: stranger.address, splitBps: 100 }
    await expect(accept(await sign(1n, split))).rejects.toThrow(Errors.WrongChannelError)
    await expect(accept({ ...(await sign(1n)), splitBps: 5 })).rejects.toThrow(Cheque.ChannelError)
    expect(store.puts).toBe(0)
  })

  test('refuses a key that expires soon, and a cheque if the cheques of all channels together exceed the cap of the key', async () => {
    const till = await open()
    await till.accept(await sign(600n), '0xaa')
    chequebook.deposit(issuer, 1_000n)
    await expect(till.accept(await sign(500n, { beneficiary: alsoOurs }), '0xaa')).rejects.toThrow(Errors.KeyCapError)
    await till.accept(await sign(400n, { beneficiary: alsoOurs }), '0xaa')
    chequebook.time += 99_000n
    nowMs += 99_000_000
    await expect(till.accept(await sign(700n), '0xaa')).rejects.toThrow(Errors.ExpiredKeyError)
    expect((await till.accept(await sign(700n, {}, wallet), '0xaa')).growth).toBe(100n)
  })

  test('refuses a cheque if the deposit does not cover all cheques of the issuer to all our accounts together', async () => {
    const till = await open()
    await till.accept(await sign(600n, {}, wallet), '0xaa')
    const overdraft = await sign(500n, { beneficiary: alsoOurs }, wallet)
    await expect(till.accept(overdraft, '0xbb')).rejects.toThrow(Errors.InsolventIssuerError)
    chequebook.changeChannel(channelTo(alsoOurs), { hardDeposit: 100n })
    expect((await till.accept(overdraft, '0xbb')).growth).toBe(500n)
  })

  test('refuses the second of two cheques that arrive at the same moment if the deposit does not cover both', async () => {
    const till = await open()
    const cheques = await Promise.all([sign(600n, {}, wallet), sign(500n, { beneficiary: alsoOurs }, wallet)])
    const results = await Promise.allSettled(cheques.map((cheque) => till.accept(cheque, '0xaa')))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  test('subtracts an announced withdrawal from the deposit, as soon as the chain reports it', async () => {
    const till = await open()
    await till.accept(await sign(100n), '0xaa')
    chequebook.change(issuer, { withdrawal: 900n })
    await till.accept(await sign(110n), '0xaa').catch(() => undefined)
    till.issuerChanged(issuer)
    await expect(till.accept(await sign(120n), '0xaa')).rejects.toThrow(Errors.InsolventIssuerError)
  })

  test('takes no cheque of an issuer for some time after a bounce, and waits longer after each further bounce', async () => {
    chequebook.change(issuer, { bouncedAt: chequebook.time })
    const till = await open()
    await expect(till.accept(await sign(1n), '0xaa')).rejects.toThrow(Errors.BouncedIssuerError)
    chequebook.time += 60n
    await till.accept(await sign(1n), '0xaa')
    const [held] = till.cheques
    for (let bounce = 0; bounce < 2; bounce++) if (held) till.noteBounce(held)
    till.issuerChanged(issuer)
    await expect(till.accept(await sign(2n), '0xaa')).rejects.toThrow(Errors.BouncedIssuerError)
    chequebook.time += 60n
    till.issuerChanged(issuer)
    await till.accept(await sign(2n), '0xaa')
  })

  test('takes no cheque that it cannot store', async () => {
    store = new MemoryStore(new Map(), { killAt: 1 })
    const till = await open()
    await expect(till.accept(await sign(1n), '0xaa')).rejects.toThrow(KilledError)
    expect(till.cheques).toEqual([])
  })

  test('reads the chain at most once in half a minute for all cheques of a channel together', async () => {
    const till = await open()
    for (let cumulative = 1n; cumulative <= 10n; cumulative++) await till.accept(await sign(cumulative), '0xaa')
    expect(chequebook.reads).toBe(1)
    nowMs = 30_000
    await till.accept(await sign(11n), '0xaa')
    expect(chequebook.reads).toBe(2)
  })
})
