import { expect, test } from 'vitest'
import { ChequebookModel } from '../../testbeds/chequebook'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { balance, budget, openTrader, paidTerms, type Trader, type TraderOptions, Wire } from '../../testbeds/payments'

const pieceBytes = 16_384
const threshold = 400_000n
/** More than an hour of video in each history. */
const steps = 5_000
const pieceMs = 820
const runs = seeds(20)

/** Stops a trader, and starts it again with the same store and key. */
async function restart(trader: Trader, options: TraderOptions): Promise<Trader> {
  trader.payments.close()
  return openTrader({ ...options, account: trader.account, store: trader.store })
}

test(`in ${runs.length} histories of an hour with broken connections, restarts and empty deposits, each side loses at most a threshold at each fault`, async () => {
  for (const seed of runs) {
    const random = randomFrom(seed)
    const chequebook = new ChequebookModel()
    let nowMs = 0
    const shared = { chequebook, nowMs: () => nowMs }
    const options = {
      relay: { ...shared, role: 'relay', terms: paidTerms },
      payer: { ...shared, budget },
    } as const
    let [relay, payer] = [await openTrader(options.relay), await openTrader(options.payer)]
    const relayKey = relay.account.address.toLowerCase()
    chequebook.deposit(payer.account.address, 10n ** 9n)
    let wire = new Wire(relay, payer)
    let [sent, faults] = [0n, 0n]
    const written = () => {
      const channel = payer.cashier.channelTo(relayKey)
      return (channel && payer.cashier.last(channel)?.cumulative) ?? 0n
    }
    for (let step = 0; step < steps; step++) {
      nowMs += pieceMs
      const sentBefore = wire.sent.get(relay) ?? 0
      wire.piece(relay, pieceBytes)
      sent += BigInt((wire.sent.get(relay) ?? 0) - sentBefore)
      if (random(4)) await wire.quiet()
      else if (random(2)) wire.deliver()
      const fault = random(1_000)
      if (fault < 12) {
        faults++
        wire.close()
        if (fault < 4) payer = await restart(payer, options.payer)
        else if (fault < 8) relay = await restart(relay, options.relay)
        nowMs += 15_000
        wire = new Wire(relay, payer)
        await wire.quiet()
      }
      if (fault === 12) {
        chequebook.change(payer.account.address, { deposit: BigInt(random(100_000)) })
        await relay.cashier.issuerChanged(payer.account.address)
      }
      if (fault >= 980 && chequebook.account(payer.account.address).deposit < 10n ** 8n) {
        chequebook.deposit(payer.account.address, 10n ** 9n)
        chequebook.time += 10_000_000n
        await relay.cashier.issuerChanged(payer.account.address)
      }
      if (random(100) === 0) await relay.cashier.review()
    }
    chequebook.deposit(payer.account.address, 10n ** 9n)
    chequebook.time += 10_000_000n
    await relay.cashier.issuerChanged(payer.account.address)
    for (let turns = 0; turns < 3; turns++) {
      nowMs += 15_000
      payer.payments.tick()
      await wire.quiet()
    }
    const held = relay.cashier.heldOf(payer.account.address.toLowerCase())
    const facts = { seed, faults, sent, held, written: written() }
    // The relay holds the newest cheque of the payer. The relay counts a debt of the payer that is at least as large as the debt that the payer
    // counts.
    expect({ ...facts, held }).toEqual({ ...facts, held: written() })
    expect({ ...facts, sum: balance(relay, payer) + balance(payer, relay) < 0n }).toEqual({ ...facts, sum: false })
    // A fault costs the payer at most its advance payment. It costs the relay at most the credit that the relay gave the payer.
    expect({ ...facts, isTooMuch: held > sent + (faults + 1n) * threshold }).toEqual({ ...facts, isTooMuch: false })
    expect({ ...facts, isTooMuch: sent > held + (faults + 1n) * threshold }).toEqual({ ...facts, isTooMuch: false })
    expect(held > 10n * threshold).toBe(true)
    await relay.cashier.review({ isStopping: true })
    expect(chequebook.received.get(relayKey)).toBe(held)
    for (const { payments } of [relay, payer]) payments.close()
  }
})
