import { Cheque } from '@lp/contracts/protocol'
import { zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { ChequebookModel, domain } from '../../testbeds/chequebook'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { KilledError, MemoryStore } from '../../testbeds/paymentStore'
import { type Accepted, ChequeTill } from './ChequeTill'
import { RefusedChequeError } from './chequeErrors'

const newKey = () => privateKeyToAccount(generatePrivateKey())
const runs = seeds(30)
const steps = 40

/**
 * Sends cheques to a till: higher, equal, lower and forged cheques, some at the same time. Kills the till at random writes to its store, cashes its cheques,
 * and changes the deposit.
 */
test(`the sum of the accepted cheques of a channel strictly grows, and each amount counts once, in ${runs.length} random histories with crashes`, async () => {
  let [accepted, refused, crashes] = [0, 0, 0]
  for (const seed of runs) {
    const random = randomFrom(seed)
    const chequebook = new ChequebookModel()
    const [issuer, sessionKey, stranger, payee] = [newKey(), newKey(), newKey(), newKey()]
    chequebook.deposit(issuer.address, 10_000n)
    chequebook.authorise(issuer.address, sessionKey.address, { cap: 9_000n, expiry: chequebook.time + 100_000n })
    const channel = { issuer: issuer.address, beneficiary: payee.address, splitee: zeroAddress, splitBps: 0 }
    const open = (entries: ReadonlyMap<string, string>) => {
      const crash = random(3) === 0 ? { killAt: 1 + random(6), isStored: random(2) === 0 } : {}
      const store = new MemoryStore(entries, crash)
      const till = ChequeTill.open({ store, chain: chequebook.chain, domain, isOurs: () => true, nowMs: () => 0 })
      return till.then((till) => ({ store, till }))
    }
    let { store, till } = await open(new Map())
    /** The sum of the newest accepted cheque, and the sum of all growths. */
    let [newest, earned] = [0n, 0n]
    const give = async (): Promise<void> => {
      const kind = random(6)
      const cumulative = kind < 3 ? newest + BigInt(1 + random(200)) : BigInt(1 + random(Number(newest) + 300))
      const signer = [issuer, sessionKey, stranger][random(3)] as typeof issuer
      const cheque = await Cheque.sign({ ...channel, cumulative }, signer, domain)
      const before = newest
      const answer = await till.accept(cheque, '0xaa').catch((error: Error): Accepted | undefined => {
        if (error instanceof KilledError) crashes++
        else if (!(error instanceof RefusedChequeError)) throw error
        refused++
        return undefined
      })
      if (!answer || answer.growth === 0n) {
        if (answer) expect(cumulative <= newest).toBe(true)
        return
      }
      accepted++
      expect({ seed, isHigher: cumulative > before && cumulative > newest }).toEqual({ seed, isHigher: true })
      expect(signer).not.toBe(stranger)
      newest = cumulative
      earned += answer.growth
    }
    for (let step = 0; step < steps; step++) {
      // Two cheques at the same moment: the till checks one after the other.
      await Promise.all(random(4) === 0 ? [give(), give()] : [give()])
      const held = till.heldIn(channel)
      if (random(8) === 0 && held) await chequebook.cash(held.cheque)
      if (random(6) === 0) {
        ;({ store, till } = await open(store.entries))
        // A cheque that was stored during a crash is not acknowledged, so the payer sends this cheque again, and it counts once.
        const stored = till.heldIn(channel)?.cheque.cumulative ?? 0n
        expect(stored >= newest).toBe(true)
        earned += stored - newest
        newest = stored
      }
    }
    expect({ seed, earned }).toEqual({ seed, earned: newest })
    expect(newest <= 10_000n).toBe(true)
  }
  expect([accepted > runs.length, refused > runs.length, crashes > 0]).toEqual([true, true, true])
})
