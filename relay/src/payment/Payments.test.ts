import { Cheque } from '@lp/contracts/protocol'
import { zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { domain } from '../../testbeds/chequebook'
import { mutate, randomFrom } from '../../testbeds/fuzz'
import {
  balance,
  budget,
  createMarket,
  type Market,
  paidTerms,
  pieceBytes,
  pieceMs,
  type Trader,
  type TraderOptions,
  Wire,
} from '../../testbeds/payments'
import { encode, type Message, reasons } from './messages'

const threshold = 400_000n

let market: Market
beforeEach(() => {
  market = createMarket()
})
afterEach(() => market.close())

const newKey = () => privateKeyToAccount(generatePrivateKey())
const openRelay = (options: Partial<TraderOptions> = {}) => market.open({ role: 'relay', terms: paidTerms, ...options })
const openPayer = (options: Partial<TraderOptions> = {}) => market.open({ budget, ...options })

/** The `cumulative` of the payer's newest cheque that the relay holds, in wei. */
const held = (relay: Trader, payer: Trader) => relay.cashier.heldOf(payer.account.address.toLowerCase())

describe('a payer and a relay', () => {
  test('count the same debt, and the relay sends without a pause after the first payment', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    const wire = new Wire(relay, payer)
    await wire.quiet()
    expect(await market.serve(wire, relay, 200)).toBe(200)
    const cost = BigInt(200 * pieceBytes)
    expect(balance(relay, payer)).toBe(-balance(payer, relay))
    expect(held(relay, payer) + balance(relay, payer)).toBe(cost)
    expect(payer.payments.spent).toBe(held(relay, payer))
    // The relay refuses only once, at the start. After this, the payer pays before its debt reaches its credit.
    expect(payer.events.filter(({ type }) => type === 'refused').length).toBe(1)
    expect(wire.bans).toEqual([])
  })

  test('never let the debt exceed the threshold, and need few cheques', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    const wire = new Wire(relay, payer)
    await wire.quiet()
    for (let piece = 0; piece < 150; piece++) {
      await market.serve(wire, relay, 1)
      expect(balance(relay, payer) <= threshold).toBe(true)
    }
    const cheques = payer.events.filter(({ type }) => type === 'paid').length
    expect(cheques).toBeLessThan(25)
  })

  test('pay nothing more after their advance payments, if each sends as much as the other', async () => {
    const [one, other] = [await openRelay({ budget }), await openRelay({ budget })]
    const wire = new Wire(one, other)
    await wire.quiet()
    // At first, no side has credit with the other side, so each side pays in advance.
    for (let round = 0; round < 50; round++) for (const side of [one, other]) await market.serve(wire, side, 1)
    const spent = one.payments.spent + other.payments.spent
    for (let round = 0; round < 200; round++)
      for (const side of [one, other]) expect(await market.serve(wire, side, 1)).toBe(1)
    expect(one.payments.spent + other.payments.spent).toBe(spent)
    expect(balance(one, other)).toBe(-balance(other, one))
  })

  test('a viewer that does not pay gets only the free bytes', async () => {
    const free = { ...paidTerms.free, each: { bytesPerSecond: 20_000, burstBytes: 100_000 } }
    const others = { bytesPerSecond: 1e6, burstBytes: 1e6 }
    const relay = await openRelay({ terms: { ...paidTerms, free: { ...free, others } } })
    const freeRider = await market.open()
    const wire = new Wire(relay, freeRider)
    await wire.quiet()
    let served = 0
    while (wire.piece(relay, pieceBytes)) served++
    await wire.quiet()
    expect(served).toBe(6)
    expect(freeRider.events).toEqual([{ type: 'refused', reason: 'unpaid', amount: 0n }])
    expect(balance(relay, freeRider)).toBe(-balance(freeRider, relay))
    const asked = wire.asked.get(freeRider) ?? 0
    market.nowMs += 3_000
    relay.payments.tick()
    await wire.quiet()
    expect(wire.asked.get(freeRider)).toBe(asked + 1)
    while (wire.piece(relay, pieceBytes)) served++
    expect(served).toBe(9)
  })

  test('a viewer hears a refusal again after a gift that is too small, and asks again as soon as the relay has free bytes', async () => {
    const free = { ...paidTerms.free, each: { bytesPerSecond: 20_000, burstBytes: 100_000 } }
    const others = { bytesPerSecond: 1e6, burstBytes: 1e6 }
    const relay = await openRelay({ terms: { ...paidTerms, free: { ...free, others } } })
    const viewer = await market.open()
    // Stops the timers that call `tick`. So `tick` runs only when the test calls it, also on a slow machine.
    for (const { payments } of [relay, viewer]) payments.close()
    const wire = new Wire(relay, viewer)
    await wire.quiet()
    while (wire.piece(relay, pieceBytes));
    await wire.quiet()
    market.nowMs += 300
    relay.payments.tick()
    await wire.quiet()
    expect(wire.piece(relay, pieceBytes)).toBe(false)
    await wire.quiet()
    expect(viewer.payments.isRefused).toBe(true)
    const asked = wire.asked.get(viewer) ?? 0
    market.nowMs += 3_000
    relay.payments.tick()
    await wire.quiet()
    expect([viewer.payments.isRefused, (wire.asked.get(viewer) ?? 0) > asked]).toEqual([false, true])
    expect(wire.piece(relay, pieceBytes)).toBe(true)
  })

  test('a viewer asks again after a gift, also if it did not hear the refusal', async () => {
    const [relay, viewer] = [await openRelay(), await market.open()]
    const wire = new Wire(relay, viewer)
    await wire.quiet()
    const asked = wire.asked.get(viewer) ?? 0
    wire.say(relay, encode({ type: 'gift', amount: 0n }))
    await wire.quiet()
    expect(wire.asked.get(viewer)).toBe(asked + 1)
  })

  test('the payer pays for a part of the bytes that it cannot check, so that the relay continues to send', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    const wire = new Wire(relay, payer)
    await wire.quiet()
    await market.serve(wire, relay, 60)
    // Until the payer has paid for all bytes that it has checked, and the relay still refuses.
    for (let refusals = 0; refusals < 2; await wire.quiet())
      refusals = wire.piece(relay, pieceBytes, { isChecked: false }) ? 0 : refusals + 1
    market.nowMs += 500
    payer.payments.tick()
    await wire.quiet()
    expect(wire.piece(relay, pieceBytes)).toBe(false)
    const spent = payer.payments.spent
    market.nowMs += 1_000
    payer.payments.tick()
    await wire.quiet()
    // A quarter of what the checked bytes have cost, and a debt that was too small for a cheque.
    const most = BigInt((60 * pieceBytes) / 4) + 25_000n
    expect([payer.payments.spent > spent, payer.payments.spent - spent <= most]).toEqual([true, true])
    expect(await market.serve(wire, relay, 10)).toBe(10)
  })

  test('a cheque that was lost on a dead connection comes on the other connection', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    const [dead, other] = [new Wire(relay, payer), new Wire(relay, payer)]
    await dead.quiet()
    await other.quiet()
    await market.serve(dead, relay, 20)
    const cheques = () => payer.events.filter(({ type }) => type === 'paid').length
    const written = cheques()
    while (cheques() === written) {
      market.nowMs += pieceMs
      dead.piece(relay, pieceBytes)
      dead.deliver()
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
    for (let tries = 0; tries < 2; tries++) {
      market.nowMs += 10_000
      payer.payments.tick()
      await other.quiet()
    }
    expect(held(relay, payer)).toBe(payer.payments.spent)
  })

  test('a payer loses at most one threshold to a relay that takes a cheque and sends nothing more', async () => {
    const payer = await openPayer()
    const stolen: bigint[] = []
    for (const count of [0, 20, 60]) {
      const relay = await openRelay()
      const wire = new Wire(relay, payer)
      await wire.quiet()
      const served = await market.serve(wire, relay, count)
      for (let seconds = 0; seconds < 20; seconds++) {
        market.nowMs += 1_000
        wire.say(relay, encode({ type: 'refusal', reason: 'unpaid', amount: 10n ** 9n }))
        await wire.quiet()
        payer.payments.tick()
        await wire.quiet()
      }
      stolen.push(held(relay, payer) - BigInt(served * pieceBytes))
      wire.close()
    }
    expect(stolen.filter((amount) => amount > threshold)).toEqual([])
    // A relay that has sent nothing yet gets a quarter of a step.
    expect(stolen[0]).toBe(50_000n)
  })

  test('the payer pays no viewer in advance, and pays for no bytes that came at a price above its limit, even if the price falls later', async () => {
    const payer = await openPayer()
    const greedy = await market.open({ terms: { ...paidTerms, weiPerByte: 3n, maxDebtWei: 10n ** 9n } })
    const wire = new Wire(greedy, payer)
    await wire.quiet()
    expect(greedy.events).toContainEqual({ type: 'refused', reason: 'price', amount: 2n })
    expect(await market.serve(wire, greedy, 5)).toBe(0)
    const cheap = await market.open({ terms: paidTerms })
    const cheapWire = new Wire(cheap, payer)
    await cheapWire.quiet()
    expect(await market.serve(cheapWire, cheap, 5)).toBe(0)
    expect(payer.events).toContainEqual({ type: 'refused', reason: 'unpaid', amount: 0n })
    expect(payer.payments.spent).toBe(0n)

    const dear = await openRelay({ terms: { ...paidTerms, weiPerByte: 1_000n, maxDebtWei: 10n ** 12n }, role: 'relay' })
    dear.payments.maySend = () => true
    const dearWire = new Wire(dear, payer)
    for (let piece = 0; piece < 50; piece++) dearWire.piece(dear, pieceBytes)
    await dearWire.quiet()
    dearWire.say(
      dear,
      encode({ type: 'offer', weiPerByte: 1n, credit: 0n, splitee: `0x${'00'.repeat(20)}`, splitBps: 0 }),
    )
    dearWire.piece(dear, pieceBytes)
    await dearWire.quiet()
    // Only the piece after the lower offer is paid.
    expect(payer.payments.spent).toBe(BigInt(pieceBytes))
  })

  test('the payer does not pay for bytes that are wrong', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    const wire = new Wire(relay, payer)
    await wire.quiet()
    await market.serve(wire, relay, 10)
    const before = payer.payments.spent
    expect(wire.piece(relay, pieceBytes, { isWrong: true })).toBe(true)
    await wire.quiet()
    expect(payer.payments.spent).toBe(before)
    expect(balance(payer, relay)).toBe(before - BigInt(10 * pieceBytes))
  })

  test('the payer pays no more than its budget in a minute', async () => {
    const [relay, payer] = [await openRelay(), await openPayer({ budget: { ...budget, maxWeiPerMinute: 300_000n } })]
    // Stops the timers that call `tick`. So `tick` runs only when the test calls it, also on a slow machine.
    for (const { payments } of [relay, payer]) payments.close()
    const wire = new Wire(relay, payer)
    await wire.quiet()
    await market.serve(wire, relay, 200)
    const spent = payer.payments.spent
    expect(spent <= 300_000n && spent > 200_000n).toBe(true)
    expect(payer.events.filter(({ type }) => type === 'budget').length).toBe(1)
    market.nowMs += 60_000
    payer.payments.tick()
    await market.serve(wire, relay, 200)
    expect(payer.payments.spent > spent && payer.payments.spent <= 600_000n).toBe(true)
    payer.payments.follow({ videoBytesPerSecond: 40_000, maxWeiPerMinute: 10n ** 9n })
    payer.payments.tick()
    expect(await market.serve(wire, relay, 200)).toBe(200)
  })
})

test('a viewer knows the price, the gifts of the relay, and whether the relay waits for a payment', async () => {
  const free = { ...paidTerms.free, each: { bytesPerSecond: 0, burstBytes: 100_000 } }
  const others = { bytesPerSecond: 1e6, burstBytes: 1e6 }
  const relay = await openRelay({ terms: { ...paidTerms, free: { ...free, others } } })
  const viewer = await openPayer({ budget: { ...budget, maxWei: 0n } })
  const wire = new Wire(relay, viewer)
  const { payments } = viewer
  expect([payments.prices, payments.isRefused, payments.given]).toEqual([[0n], false, 0n])
  await wire.quiet()
  expect(payments.prices).toEqual([1n])
  expect(await market.serve(wire, relay, 10)).toBe(6)
  expect([payments.isRefused, payments.given, payments.spent]).toEqual([true, 100_000n, 0n])
  payments.limit(10n ** 6n)
  payments.tick()
  await wire.quiet()
  expect(await market.serve(wire, relay, 10)).toBe(10)
  expect([payments.isRefused, payments.spent > 0n]).toEqual([false, true])
})

describe('a cheque that bounces', () => {
  test('stops the relay from sending until the cheque is paid, and the payer signs no second cheque for the amount', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    const wire = new Wire(relay, payer)
    await wire.quiet()
    await market.serve(wire, relay, 100)
    const paid = payer.payments.spent
    market.chequebook.change(payer.account.address, { deposit: 1_000n })
    await relay.cashier.issuerChanged(payer.account.address)
    await wire.quiet()
    expect(await market.serve(wire, relay, 10)).toBe(0)
    expect(payer.events.filter(({ type }) => type === 'short').length).toBe(1)
    expect(balance(relay, payer)).toBe(-balance(payer, relay))
    market.nowMs += 60_000
    payer.payments.tick()
    await wire.quiet()
    expect(payer.payments.spent).toBe(paid)

    market.chequebook.deposit(payer.account.address, 10n ** 9n)
    market.chequebook.time += 120n
    await relay.cashier.issuerChanged(payer.account.address)
    await wire.quiet()
    expect(balance(relay, payer)).toBe(-balance(payer, relay))
    expect(await market.serve(wire, relay, 100)).toBe(100)
    expect(balance(relay, payer)).toBe(-balance(payer, relay))
  })
})

describe('after a broken connection', () => {
  test('the payer sends a lost cheque again, and the relay counts a debt that is at least as large as the debt that the payer counts', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    let wire = new Wire(relay, payer)
    await wire.quiet()
    await market.serve(wire, relay, 100)
    for (let breaks = 0; breaks < 5; breaks++) {
      // Some pieces and, at some breaks, a cheque are lost.
      for (let piece = 0; piece < 30; piece++) {
        wire.piece(relay, pieceBytes)
        if (piece < 25) wire.deliver()
        await new Promise((resolve) => setImmediate(resolve))
      }
      wire.close()
      market.nowMs += 20_000
      wire = new Wire(relay, payer)
      await wire.quiet()
      // The relay has no free bytes, so it gives up nothing: it still counts the lost bytes as a debt.
      expect(balance(relay, payer) >= -balance(payer, relay)).toBe(true)
      expect(held(relay, payer)).toBe(payer.payments.spent)
    }
  })

  test.each(['payer', 'relay'] as const)('and a restart of a %s, both sides count the same debt', async (restarted) => {
    const relay = await openRelay()
    const payer = await openPayer()
    const wire = new Wire(relay, payer)
    await wire.quiet()
    await market.serve(wire, relay, 110)
    const owed = balance(relay, payer)
    expect(owed > 0n).toBe(true)
    wire.close()
    const { account, store } = restarted === 'payer' ? payer : relay
    const again = restarted === 'payer' ? await openPayer({ account, store }) : await openRelay({ account, store })
    const pair = restarted === 'payer' ? ([relay, again] as const) : ([again, payer] as const)
    const next = new Wire(...pair)
    await next.quiet()
    expect([balance(...pair), balance(pair[1], pair[0])]).toEqual([owed, -owed])
    // The payer has its credit again.
    expect(next.piece(pair[0], pieceBytes)).toBe(true)
    expect(await market.serve(next, pair[0], 100)).toBe(100)
    expect(balance(...pair)).toBe(-balance(pair[1], pair[0]))
  })
})

test('a payer that was killed sends a lost cheque again after its restart, and the cheque counts once', async () => {
  const [relay, payer] = [await openRelay(), await openPayer()]
  const wire = new Wire(relay, payer)
  await wire.quiet()
  const cheques = () => payer.events.filter(({ type }) => type === 'paid').length
  await market.serve(wire, relay, 60)
  const written = cheques()
  // The payer writes a cheque, and it does not arrive.
  while (cheques() === written) {
    market.nowMs += pieceMs
    wire.piece(relay, pieceBytes)
    wire.deliver()
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  wire.close()
  const lost = payer.payments.spent - held(relay, payer)
  expect(lost > 0n).toBe(true)
  market.nowMs += 20_000
  const again = await openPayer({ account: payer.account, store: payer.store })
  const next = new Wire(relay, again)
  await next.quiet()
  expect(held(relay, payer)).toBe(payer.payments.spent)
  expect(balance(relay, again)).toBe(-balance(again, relay))
  expect(again.payments.spent).toBe(0n)
})

describe('hostile peers', () => {
  test('are banned for malformed messages, and for too many messages', async () => {
    const relay = await openRelay()
    const attacker = await market.open()
    const wire = new Wire(relay, attacker)
    wire.say(attacker, Uint8Array.of(1, 3, 4))
    await wire.quiet()
    expect(wire.bans).toEqual(['messages.MalformedError'])
    for (let message = 0; message < 1_100; message++) wire.say(attacker, encode({ type: 'accepted', cumulative: 1n }))
    await wire.quiet()
    expect(wire.bans).toContain('PaymentLink.FloodError')
  })

  test('get nothing for replayed, lower and forged cheques, and for cheques of an expired session key', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    const wire = new Wire(relay, payer)
    await wire.quiet()
    await market.serve(wire, relay, 60)
    const { issuer, ...channel } = {
      issuer: payer.account.address,
      beneficiary: relay.account.address,
      splitee: zeroAddress,
      splitBps: 0,
    }
    const earned = held(relay, payer)
    const before = balance(relay, payer)
    const [stranger, expired] = [newKey(), newKey()]
    const { time } = market.chequebook
    market.chequebook.authorise(issuer, expired.address, { cap: 10n ** 12n, expiry: time })
    const last = payer.cashier.last({ issuer, ...channel }) as Cheque.SignedCheque
    const cheques = [
      last,
      await Cheque.sign({ ...last, cumulative: earned - 1n }, payer.account, domain),
      await Cheque.sign({ ...last, cumulative: earned + 10n ** 6n }, stranger, domain),
      await Cheque.sign({ ...last, cumulative: earned + 10n ** 6n }, payer.account, { ...domain, chainId: 1 }),
      { ...last, cumulative: earned + 10n ** 6n },
      await Cheque.sign({ ...last, cumulative: earned + 10n ** 6n }, expired, domain),
    ]
    for (const cheque of cheques) {
      market.nowMs += 10_000
      wire.say(payer, encode({ type: 'cheque', cheque }))
      await wire.quiet()
    }
    expect([held(relay, payer), balance(relay, payer)]).toEqual([earned, before])
    const refusals = payer.events.flatMap((event) => (event.type === 'refused' ? event.reason : [])).slice(1)
    expect(refusals).toEqual(['lower', 'signer', 'signer', 'signer', 'expired'])
    expect(wire.bans).toEqual([])
  })

  test('are banned for a cheque that the contract never pays', async () => {
    const [relay, payer] = [await openRelay(), await openPayer()]
    const wire = new Wire(relay, payer)
    const cheque = {
      issuer: payer.account.address,
      beneficiary: relay.account.address,
      splitee: zeroAddress,
      splitBps: 7,
    }
    const signature = `0x${'11'.repeat(65)}` as const
    wire.say(payer, encode({ type: 'cheque', cheque: { ...cheque, cumulative: 5n, signature } }))
    await wire.quiet()
    expect(wire.bans).toEqual(['Cheque.ChannelError'])
  })

  test('get no more bytes from the second relay if they promise two relays more than their deposit', async () => {
    const payer = await openPayer()
    const relays = [await openRelay(), await openRelay()] as const
    const wires = [new Wire(relays[0], payer), new Wire(relays[1], payer)] as const
    market.chequebook.change(payer.account.address, { deposit: 1_000_000n })
    for (const wire of wires) await wire.quiet()
    for (let round = 0; round < 60; round++)
      for (const [at, wire] of wires.entries()) await market.serve(wire, relays[at] as Trader, 1)
    await relays[0].cashier.review({ isStopping: true })
    await relays[1].cashier.issuerChanged(payer.account.address)
    for (const wire of wires) await wire.quiet()
    const lost =
      BigInt(wires[1].sent.get(relays[1]) ?? 0) -
      (market.chequebook.received.get(relays[1].account.address.toLowerCase()) ?? 0n)
    expect(relays[1].payments.balanceOf(payer.account.address)).toBe(lost)
    expect(await market.serve(wires[1], relays[1], 5)).toBe(0)
    // Before the first cash-out, each relay relied on the same deposit. So the second relay can lose the deposit and one threshold.
    expect(lost > 0n && lost < 1_000_000n + threshold).toBe(true)
  })

  test('get no credit for the cheque of another payer', async () => {
    const [relay, payer, thief] = [await openRelay(), await openPayer(), await market.open()]
    const wire = new Wire(relay, payer)
    await wire.quiet()
    await market.serve(wire, relay, 60)
    const channel = {
      issuer: payer.account.address,
      beneficiary: relay.account.address,
      splitee: zeroAddress,
      splitBps: 0,
    }
    const cheque = payer.cashier.last(channel) as Cheque.SignedCheque
    const other = new Wire(relay, thief)
    other.say(thief, encode({ type: 'cheque', cheque }))
    await other.quiet()
    expect(await market.serve(other, relay, 5)).toBe(0)
    expect(await market.serve(wire, relay, 20)).toBe(20)
  })

  test(`cannot make a victim throw an error, make more than one advance payment, or send unpaid bytes, with random messages`, async () => {
    const random = randomFrom(9)
    const [relay, payer] = [await openRelay(), await openPayer()]
    for (const victim of [relay, payer]) {
      const attacker = await market.open({ role: 'relay' })
      let wire = new Wire(victim, attacker)
      let sent = 0
      const amounts = [0n, 1n, 10n ** 6n, 2n ** 96n - 1n]
      const amount = () => amounts[random(amounts.length)] ?? 0n
      const messages: (() => Message)[] = [
        () => ({ type: 'offer', weiPerByte: amount(), credit: amount(), splitee: zeroAddress, splitBps: random(3) }),
        () => ({
          ...{ type: 'statement', isKnown: random(2) > 0, balance: random(2) ? amount() : -amount() },
          ...{ held: amount(), acknowledged: amount() },
        }),
        () => ({ type: 'accepted', cumulative: amount() }),
        () => ({ type: 'gift', amount: amount() }),
        () => ({ type: 'bounced', amount: amount() }),
        () => ({ type: 'refusal', reason: reasons[random(reasons.length)] ?? 'busy', amount: amount() }),
      ]
      for (let round = 0; round < 400; round++) {
        market.nowMs += 1_000
        wire.say(attacker, encode((messages[random(messages.length)] as () => Message)()))
        if (random(4) === 0) wire.say(attacker, mutate(random, encode((messages[random(6)] as () => Message)())))
        if (random(40) === 0) {
          wire.close()
          wire = new Wire(victim, attacker)
        }
        if (random(3) === 0 && wire.piece(victim, pieceBytes)) sent++
        await wire.quiet()
      }
      // The attacker sent no bytes, so the victim paid at most its first advance payment: a quarter of a step at the highest price.
      expect(victim.payments.spent <= 100_000n).toBe(true)
      expect(victim.events.filter(({ type }) => type === 'fault')).toEqual([])
      // The attacker paid nothing, so the relay sent it nothing.
      if (victim === relay) expect(sent).toBe(0)
    }
  })
})

describe('acknowledgements', () => {
  test('of a paying viewer give its uploader free bytes of the relay, which other viewers do not get', async () => {
    const contributors = { bytesPerSecond: 1e6, burstBytes: 1e7 }
    const free = {
      each: { bytesPerSecond: 1e6, burstBytes: 1e7 },
      contributors,
      others: { bytesPerSecond: 0, burstBytes: 0 },
    }
    const relay = await openRelay({ terms: { ...paidTerms, free } })
    const [payer, uploader, freeRider] = [await openPayer(), await market.open(), await market.open()]
    const paying = new Wire(relay, payer)
    const uploading = new Wire(uploader, payer)
    const asking = new Wire(relay, uploader)
    const riding = new Wire(relay, freeRider)
    const all = [paying, uploading, asking, riding]
    const quiet = async () => {
      for (const wire of [...all, ...all, ...all]) await wire.quiet()
    }
    await quiet()
    // The payer pays for 160 pieces, and gets 100 pieces from the uploader.
    await market.serve(paying, relay, 160)
    await market.serve(uploading, uploader, 100)
    expect(await market.serve(asking, relay, 10)).toBe(0)
    for (let round = 0; round < 3; round++) {
      market.tick()
      await quiet()
    }
    const [asked, rode] = [await market.serve(asking, relay, 200), await market.serve(riding, relay, 200)]
    expect(asked).toBeGreaterThan(60)
    expect(asked).toBeLessThanOrEqual(100)
    expect(rode).toBe(0)
    expect(all.flatMap(({ bans }) => bans)).toEqual([])
  })
})
