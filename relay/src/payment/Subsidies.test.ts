import { Admission, Sponsorship } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ChequebookModel, domain } from '../../testbeds/chequebook'
import { mutate, randomFrom } from '../../testbeds/fuzz'
import { MemoryStore } from '../../testbeds/paymentStore'
import { balance, budget, type Trader, type Wire } from '../../testbeds/payments'
import { createSubsidy, type SubsidisedStream } from '../../testbeds/subsidies'
import * as Acknowledgement from './Acknowledgement'
import { encode } from './messages'
import type { SubsidyMessage } from './subsidyMessages'

const pieceBytes = 16_384
/** The duration of the video in a piece. */
const pieceMs = 820
const threshold = 400_000n

let chequebook: ChequebookModel
let nowMs: number
let stream: SubsidisedStream
beforeEach(() => {
  chequebook = new ChequebookModel()
  nowMs = 1_000_000
  stream = createSubsidy({ chequebook, nowMs: () => nowMs })
})
afterEach(() => stream.close())

const keyOf = ({ account }: Trader) => account.address.toLowerCase() as Address

/** The relay sends pieces to the viewers at the speed of the video, in turns. Returns how many each viewer got. */
async function serve(relay: Trader, wires: readonly Wire[], rounds: number): Promise<number[]> {
  const served = wires.map(() => 0)
  for (let round = 0; round < rounds; round++) {
    for (const [at, wire] of wires.entries()) if (wire.piece(relay, pieceBytes)) served[at] = (served[at] ?? 0) + 1
    nowMs += pieceMs
    await stream.pass()
  }
  return served
}

/** Lets the peers send the last acknowledgements, credits and cheques. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 8; turns++) {
    nowMs += 10_000
    await stream.pass()
  }
}

/** A sponsor, a relay and viewers, all connected to the relay. `links`: the wires to the viewers. */
async function open(options: Parameters<SubsidisedStream['openSponsor']>[0] = {}, viewers = 1) {
  const sponsor = await stream.openSponsor(options)
  const relay = await stream.openRelay()
  const guests = await Promise.all(Array.from({ length: viewers }, () => stream.openViewer()))
  const paying = stream.connect(relay, sponsor)
  const links = guests.map((guest) => stream.connect(relay, guest))
  await stream.pass()
  return { sponsor, relay, guests, paying, links }
}

/** The broadcaster names this party as the sponsor of the stream. */
const sponsorshipBy = ({ account }: Trader) => {
  const header = { streamId: stream.streamId, sponsor: account.address, maxWeiPerByte: 2n, expiry: 10n ** 9n }
  return Sponsorship.sign(header, stream.streamKey, domain)
}

/** The sum of the sponsor's cheques that the relay holds, in wei. */
const held = (relay: Trader, sponsor: Trader) => relay.cashier.heldOf(keyOf(sponsor))
const faults = () => stream.traders.flatMap(({ events }) => events.filter(({ type }) => type === 'fault'))
const bans = () => stream.wires.flatMap(({ bans }) => bans)

describe('a subsidised stream', () => {
  test('costs its viewers nothing, and the sponsor pays the relay for each byte, to the wei', async () => {
    const { sponsor, relay, guests, links } = await open({}, 3)
    await serve(relay, links, 80)
    await settle()
    const sent = links.map((wire) => BigInt(wire.sent.get(relay) ?? 0))
    const sum = sent.reduce((sum, bytes) => sum + bytes, 0n)
    // Each viewer waits at first, until it has acknowledged something.
    expect(sent.every((bytes) => bytes > BigInt(65 * pieceBytes))).toBe(true)
    expect(guests.map(({ payments }) => payments.spent)).toEqual([0n, 0n, 0n])
    expect([sponsor.desk.spent, sponsor.payments.spent, held(relay, sponsor)]).toEqual([sum, sum, sum])
    expect(sponsor.desk.admitted).toBe(3)
    await relay.cashier.review({ isStopping: true })
    expect(chequebook.received.get(keyOf(relay))).toBe(sum)
    expect([balance(sponsor, relay), balance(relay, sponsor)]).toEqual([0n, 0n])
    for (const guest of guests) expect(balance(relay, guest)).toBe(-balance(guest, relay))
    expect([...faults(), ...bans()]).toEqual([])
  })

  test('needs at most about one cheque every two seconds', async () => {
    const { sponsor, relay, links } = await open({}, 3)
    await serve(relay, links, 60)
    const paid = sponsor.events.filter(({ type }) => type === 'paid').length
    expect(paid).toBeLessThan((60 * pieceMs) / 2_000 + 2)
    expect(paid).toBeGreaterThan(5)
  })

  test('costs the sponsor at most the budget, in each minute and in all', async () => {
    const { sponsor, relay, links } = await open({ budget: { maxWeiPerMinute: 600_000n, maxWei: 1_500_000n } }, 2)
    for (let minute = 1; minute <= 4; minute++) {
      const before = sponsor.payments.spent
      await serve(relay, links, 73)
      expect(sponsor.payments.spent - before <= 600_000n).toBe(true)
    }
    await settle()
    expect([sponsor.desk.spent, sponsor.payments.spent, held(relay, sponsor)]).toEqual([
      1_500_000n,
      1_500_000n,
      1_500_000n,
    ])
    // The relay stops when the sponsor owes as much as the relay allows.
    expect(relay.desk.exposure(keyOf(sponsor)) <= 2n * threshold).toBe(true)
    expect(await serve(relay, links, 5)).toEqual([0, 0])
  })

  test('serves no viewer without an admission, and pays no relay for such a viewer', async () => {
    const { sponsor, relay, links } = await open({ mayAdmit: () => false }, 2)
    expect(await serve(relay, links, 5)).toEqual([0, 0])
    await settle()
    expect([sponsor.desk.spent, sponsor.desk.admitted]).toEqual([0n, 0])
  })

  test('pays the relay while the sponsor still decides about another viewer', async () => {
    let asked = 0
    const mayAdmit = () => (asked++ === 0 ? true : new Promise<boolean>(() => undefined))
    const { sponsor, relay, links } = await open({ mayAdmit }, 2)
    const served = await serve(relay, links, 60)
    expect(served.filter((pieces) => pieces > 50).length).toBe(1)
    expect(held(relay, sponsor) > threshold).toBe(true)
  })

  test('admits only as many viewers as the sponsor allows', async () => {
    const { sponsor, relay, links } = await open({ admissions: { perMinute: 2, most: 3 } }, 5)
    const served = await serve(relay, links, 5)
    expect(served.filter((pieces) => pieces > 0).length).toBe(2)
    nowMs += 60_000
    await stream.pass()
    await serve(relay, links, 5)
    expect(sponsor.desk.admitted).toBe(3)
  })

  test('admits a viewer that is connected to the sponsor, before the viewer connects to the relay', async () => {
    const [sponsor, relay, guest] = [await stream.openSponsor(), await stream.openRelay(), await stream.openViewer()]
    stream.connect(sponsor, guest)
    await stream.pass()
    expect(sponsor.desk.admitted).toBe(1)
    const wire = stream.connect(relay, guest)
    stream.connect(relay, sponsor)
    await stream.pass()
    expect((await serve(relay, [wire], 20))[0]).toBeGreaterThan(10)
  })

  test('gives a further admission to a viewer that has used its cap', async () => {
    const { sponsor, relay, links } = await open({ capBytes: 500_000n })
    await serve(relay, links, 120)
    await settle()
    expect(sponsor.desk.admitted).toBeGreaterThan(2)
    expect(held(relay, sponsor) > 1_200_000n).toBe(true)
    expect(sponsor.desk.spent <= BigInt(sponsor.desk.admitted) * 500_000n).toBe(true)
  })

  test('lets a viewer with a budget pay when the sponsor does not pay, and no byte is paid twice', async () => {
    const sponsor = await stream.openSponsor({ capBytes: 500_000n, admissions: { perMinute: 1, most: 1 } })
    const relay = await stream.openRelay()
    const guest = await stream.openViewer({ budget })
    stream.connect(relay, sponsor)
    const wire = stream.connect(relay, guest)
    await stream.pass()
    await serve(relay, [wire], 120)
    await settle()
    const sent = BigInt(wire.sent.get(relay) ?? 0)
    expect(sponsor.payments.spent <= 500_000n && sponsor.payments.spent > 400_000n).toBe(true)
    expect(guest.payments.spent > 1_000_000n).toBe(true)
    expect(sponsor.payments.spent + guest.payments.spent <= sent + threshold).toBe(true)
  })

  test.each([
    ['the sponsorship has expired', () => stream.openSponsor(), 10 ** 12],
    [
      'the relay costs more than the sponsor pays',
      () => stream.openSponsor({ budget: { maxWeiPerByte: 0n } }),
      10 ** 6,
    ],
  ])('lets a viewer with a budget pay without delay if %s', async (_, openSponsor, atMs) => {
    nowMs = atMs
    const sponsor = await openSponsor()
    const [relay, guest] = [await stream.openRelay(), await stream.openViewer({ budget })]
    stream.connect(relay, sponsor)
    const wire = stream.connect(relay, guest)
    await stream.pass()
    let served = 0
    // 80 pieces cost three thresholds. The time does not advance.
    for (let piece = 0; piece < 80; piece++) {
      if (wire.piece(relay, pieceBytes)) served++
      await stream.pass()
    }
    expect(served).toBeGreaterThan(75)
    expect([guest.payments.spent > threshold, sponsor.payments.spent]).toEqual([true, 0n])
  })
})

describe('the relay', () => {
  test('loses at most one threshold to a sponsor that does not pay', async () => {
    const { sponsor, relay, links } = await open({}, 4)
    sponsor.payments.close()
    sponsor.payments.hear = () => {}
    await serve(relay, links, 60)
    const sent = links.reduce((sum, wire) => sum + (wire.sent.get(relay) ?? 0), 0)
    expect(BigInt(sent) <= threshold).toBe(true)
    expect(sent).toBeGreaterThan(300_000)
    expect(relay.desk.exposure(keyOf(sponsor)) <= threshold).toBe(true)
  })

  test('loses at most one threshold to viewers that never acknowledge bytes, also if they come again and again with new keys', async () => {
    const sponsor = await stream.openSponsor()
    const relay = await stream.openRelay()
    stream.connect(relay, sponsor)
    let sent = 0
    for (let comes = 0; comes < 30; comes++) {
      const guest = await stream.openViewer()
      const wire = stream.connect(relay, guest)
      await stream.pass()
      guest.payments.checked = () => {}
      await serve(relay, [wire], 8)
      sent += wire.sent.get(relay) ?? 0
      wire.close()
    }
    expect(sent).toBeGreaterThan(300_000)
    expect(BigInt(sent) <= threshold).toBe(true)
    expect(sponsor.payments.spent).toBe(0n)
  })

  test('stops sending when a cheque of the sponsor bounces, and continues when the cheque is paid', async () => {
    const { sponsor, relay, links } = await open()
    await serve(relay, links, 60)
    await settle()
    chequebook.change(sponsor.account.address, { deposit: 0n })
    await relay.cashier.issuerChanged(sponsor.account.address)
    await stream.pass()
    const before = held(relay, sponsor)
    expect((await serve(relay, links, 60))[0]).toBeLessThan(20)
    expect(held(relay, sponsor)).toBe(before)
    chequebook.deposit(sponsor.account.address, 10n ** 9n)
    chequebook.time += 120n
    await relay.cashier.issuerChanged(sponsor.account.address)
    expect((await serve(relay, links, 60))[0]).toBeGreaterThan(40)
    await settle()
    expect(held(relay, sponsor)).toBe(BigInt(links[0]?.sent.get(relay) ?? 0))
  })

  test('bans a viewer that sends an acknowledgement that it has not signed', async () => {
    const { sponsor, relay, guests, links } = await open({}, 2)
    const [forger] = guests as [Trader]
    const stranger = privateKeyToAccount(generatePrivateKey())
    const statement = { streamId: stream.streamId, acknowledger: stranger.address, uploader: relay.account.address }
    const { signature } = await Acknowledgement.sign({ ...statement, bytes: 90_000n }, stranger, domain)
    const acknowledgement = { ...statement, acknowledger: forger.account.address, bytes: 90_000n, signature }
    links[0]?.say(forger, encode({ type: 'acknowledgement', acknowledgement }))
    await stream.pass()
    expect(links[0]?.bans).toEqual(['Acknowledgement.WrongSignerError'])
    await serve(relay, links.slice(1), 30)
    await settle()
    expect([held(relay, sponsor), bans().length]).toEqual([BigInt(links[1]?.sent.get(relay) ?? 0), 1])
    expect(sponsor.desk.spent).toBe(held(relay, sponsor))
  })

  test('does not treat a payer as a sponsor if a dishonest broadcaster names the payer’s key as its own payment key', async () => {
    const relay = await stream.openRelay()
    const payer = await stream.openViewer({ budget })
    const wire = stream.connect(relay, payer)
    const liar = await stream.openViewer({ account: payer.account })
    const broadcaster: Trader = { ...liar, party: { ...liar.party, role: 'broadcaster' } }
    const attack = stream.connect(relay, broadcaster)
    const sponsorship = await sponsorshipBy(payer)
    attack.say(broadcaster, encode({ type: 'sponsorship', sponsorship }))
    await stream.pass()
    expect((await serve(relay, [wire], 60))[0]).toBeGreaterThan(45)
    expect(held(relay, payer)).toBeGreaterThan(0n)
  })

  test('does not treat a payer as a sponsor if another peer names the payer as the sponsor', async () => {
    const relay = await stream.openRelay()
    const [payer, attacker] = [await stream.openViewer({ budget }), await stream.openViewer()]
    const wire = stream.connect(relay, payer)
    const attack = stream.connect(relay, attacker)
    const sponsorship = await sponsorshipBy(payer)
    attack.say(attacker, encode({ type: 'sponsorship', sponsorship }))
    await stream.pass()
    expect((await serve(relay, [wire], 60))[0]).toBeGreaterThan(45)
    expect(bans()).toEqual([])
  })
})

describe('the sponsor', () => {
  test('pays a colluding relay and viewer at most the cap, and no faster than an honest viewer watches', async () => {
    const { sponsor, relay, guests, paying } = await open({ capBytes: 2_000_000n, maxBytesPerSecond: 20_000 })
    const [viewer] = guests as [Trader]
    const { streamId } = stream
    const claim = async (bytes: bigint) => {
      const statement = { streamId, acknowledger: viewer.account.address, uploader: relay.account.address, bytes }
      const { signature } = await Acknowledgement.sign(statement, viewer.account, domain)
      const delivery = { viewer: viewer.account.address, bytes, signature }
      paying.say(relay, encode({ type: 'deliveries', streamId, deliveries: [delivery] }))
      nowMs += 10_000
      await stream.pass()
    }
    // Nothing was sent. The viewer signs everything that the relay wants.
    await claim(10n ** 9n)
    expect(sponsor.payments.spent <= 45n * 20_000n).toBe(true)
    for (let times = 0; times < 30; times++) await claim(10n ** 9n + BigInt(times))
    expect([sponsor.payments.spent, held(relay, sponsor)]).toEqual([2_000_000n, 2_000_000n])
  })

  test('pays an honest relay in full, although a colluding relay and viewer are paid for bytes that were never sent', async () => {
    const { sponsor, relay, guests, links } = await open({ capBytes: 1_000_000n }, 2)
    const thief = await stream.openRelay()
    const stealing = stream.connect(thief, sponsor)
    const [, accomplice] = guests as [Trader, Trader]
    const statement = {
      ...{ streamId: stream.streamId, acknowledger: accomplice.account.address },
      ...{ uploader: thief.account.address, bytes: 10n ** 8n },
    }
    const { signature } = await Acknowledgement.sign(statement, accomplice.account, domain)
    await stream.pass()
    const delivery = { viewer: accomplice.account.address, bytes: statement.bytes, signature }
    const message = encode({ type: 'deliveries', streamId: stream.streamId, deliveries: [delivery] })
    for (let times = 0; times < 10; times++) {
      stealing.say(thief, message)
      await serve(relay, links.slice(0, 1), 4)
    }
    await settle()
    expect(held(thief, sponsor)).toBe(1_000_000n)
    expect(held(relay, sponsor)).toBe(BigInt(links[0]?.sent.get(relay) ?? 0))
    // Two admissions can cost the sponsor two caps. The colluding relay got one of them.
    expect(sponsor.desk.admitted).toBe(2)
  })

  test('bans a relay that shows an acknowledgement that nobody signed, and pays it nothing more', async () => {
    const { sponsor, relay, guests, paying, links } = await open()
    await serve(relay, links, 30)
    await settle()
    const paid = sponsor.payments.spent
    const signature = `0x${'11'.repeat(64)}1b` as const
    const delivery = { viewer: (guests[0] as Trader).account.address, bytes: 10n ** 6n, signature }
    paying.say(relay, encode({ type: 'deliveries', streamId: stream.streamId, deliveries: [delivery] }))
    await stream.pass()
    expect(bans()).toEqual(['SponsorDesk.ForgedDeliveryError'])
    await serve(relay, links, 30)
    await settle()
    expect(sponsor.payments.spent).toBe(paid)
  })

  test('finds a forging relay soon, although it checks only a tenth of the signatures', async () => {
    const random = randomFrom(3)
    const options = { sampleShare: 0.1, chance: () => random(1_000) / 1_000, capBytes: 10n ** 9n }
    const { sponsor, relay, guests, paying, links } = await open(options)
    await serve(relay, links, 30)
    await settle()
    const [viewer] = guests as [Trader]
    const before = sponsor.payments.spent
    const signature = `0x${'11'.repeat(64)}1b` as const
    let forged = 0
    for (; bans().length === 0; forged++) {
      const delivery = { viewer: viewer.account.address, bytes: before + BigInt(20_000 * (forged + 1)), signature }
      paying.say(relay, encode({ type: 'deliveries', streamId: stream.streamId, deliveries: [delivery] }))
      nowMs += 2_000
      await stream.pass()
    }
    expect(forged).toBeLessThan(60)
    expect(sponsor.payments.spent - before <= BigInt(20_000 * forged)).toBe(true)
  })

  test('pays nothing to a peer that is not a registered relay, and pays no relay in advance', async () => {
    const { sponsor, guests } = await open()
    const [viewer] = guests as [Trader]
    const wire = stream.connect(sponsor, viewer)
    const statement = {
      ...{ streamId: stream.streamId, acknowledger: viewer.account.address },
      ...{ uploader: viewer.account.address, bytes: 1_000n },
    }
    const { signature } = await Acknowledgement.sign(statement, viewer.account, domain)
    const deliveries = [{ viewer: viewer.account.address, bytes: 1_000n, signature }]
    wire.say(viewer, encode({ type: 'deliveries', streamId: stream.streamId, deliveries }))
    wire.say(viewer, encode({ type: 'refusal', reason: 'unpaid', amount: 0n }))
    await settle()
    const relay = await stream.openRelay()
    const other = stream.connect(relay, sponsor)
    for (let times = 0; times < 10; times++) {
      other.say(relay, encode({ type: 'refusal', reason: 'unpaid', amount: 10n ** 9n }))
      nowMs += 1_000
      await stream.pass()
    }
    expect(sponsor.payments.spent).toBe(0n)
  })
})

describe('after a restart', () => {
  test.each(['sponsor', 'relay', 'viewer'] as const)('of the %s, all books state equal amounts', async (restarted) => {
    const { sponsor, relay, guests, paying, links } = await open()
    await serve(relay, links, 47)
    // The sponsor does not pay for bytes that a killed viewer has not acknowledged.
    if (restarted === 'viewer') await settle()
    const before = links.reduce((sum, wire) => sum + (wire.sent.get(relay) ?? 0), 0)
    paying.close()
    for (const wire of links) wire.close()
    const [viewer] = guests as [Trader]
    const again = {
      sponsor: restarted === 'sponsor' ? await stream.openSponsor(sponsor) : sponsor,
      relay: restarted === 'relay' ? await stream.openRelay(relay) : relay,
      viewer: restarted === 'viewer' ? await stream.openViewer({ account: viewer.account }) : viewer,
    }
    stream.connect(again.relay, again.sponsor)
    const wire = stream.connect(again.relay, again.viewer)
    nowMs += 10_000
    await stream.pass()
    await serve(again.relay, [wire], 50)
    await settle()
    const sent = BigInt(before + (wire.sent.get(again.relay) ?? 0))
    const promised = again.sponsor.cashier.promisedTo(keyOf(relay))
    expect([promised, held(again.relay, sponsor), again.sponsor.desk.spent]).toEqual([sent, sent, sent])
    expect(again.sponsor.desk.admitted).toBe(1)
  })

  test('of a sponsor that was killed at a write to its store, the sponsor promises to pay for no byte twice, and keeps its promises', async () => {
    for (const killAt of [1, 2, 3, 4, 5, 7, 10, 13]) {
      stream.close()
      stream = createSubsidy({ chequebook, nowMs: () => nowMs })
      const store = new MemoryStore(new Map(), { killAt, isStored: killAt % 2 === 0 })
      const first = await stream.openSponsor({ store })
      const relay = await stream.openRelay()
      const viewer = await stream.openViewer()
      const paying = stream.connect(relay, first)
      const wire = stream.connect(relay, viewer)
      await stream.pass()
      await serve(relay, [wire], 15)
      paying.close()
      first.payments.close()
      const again = await stream.openSponsor({ account: first.account, store: new MemoryStore(store.entries) })
      stream.traders.splice(stream.traders.indexOf(first), 1)
      stream.connect(relay, again)
      nowMs += 10_000
      await stream.pass()
      await serve(relay, [wire], 15)
      await settle()
      const sent = BigInt(wire.sent.get(relay) ?? 0)
      const promised = again.cashier.promisedTo(keyOf(relay))
      expect({ killAt, spent: again.desk.spent, promised, held: held(relay, again) }).toEqual({
        ...{ killAt, spent: sent, promised: sent, held: sent },
      })
    }
  })
})

test('random messages of a hostile relay, viewer or sponsor cause no fault and no payment', async () => {
  const random = randomFrom(17)
  const { sponsor, relay, guests } = await open()
  const attacker = await stream.openRelay()
  const viewer = await stream.openViewer()
  const { sponsorship, admission } = await admissionOf(sponsor, viewer)
  const key = () => [sponsor, relay, viewer, ...guests][random(4)]?.account.address ?? sponsor.account.address
  const bytes = () => [0n, 1n, 10n ** 6n, 2n ** 64n - 1n][random(4)] ?? 0n
  const signature = `0x${'22'.repeat(64)}1c` as const
  const { streamId } = stream
  const messages: (() => SubsidyMessage)[] = [
    () => ({ type: 'application', streamId, viewer: key() }),
    () => ({ type: 'sponsorship', sponsorship: { ...sponsorship, expiry: bytes() } }),
    () => ({ type: 'admission', sponsorship, admission: { ...admission, viewer: key() } }),
    () => ({ type: 'deliveries', streamId, deliveries: [{ viewer: key(), bytes: bytes(), signature }] }),
    () => ({ type: 'credits', streamId, credits: [{ viewer: key(), bytes: bytes() }] }),
  ]
  for (const from of [attacker, viewer])
    for (const victim of [sponsor, relay, guests[0] as Trader]) {
      const wire = stream.connect(victim, from)
      for (let round = 0; round < 60; round++) {
        const message = encode((messages[random(messages.length)] as () => SubsidyMessage)())
        wire.say(from, random(3) ? message : mutate(random, message))
        nowMs += 1_000
        await stream.pass()
      }
    }
  expect(faults()).toEqual([])
  expect(stream.traders.map(({ payments }) => payments.spent)).toEqual(stream.traders.map(() => 0n))
})

/** The sponsorship, and an admission for this viewer. */
async function admissionOf(sponsor: Trader, viewer: Trader) {
  const { streamId, streamKey } = stream
  const header = { streamId, sponsor: sponsor.account.address, maxWeiPerByte: 2n, expiry: 10n ** 9n }
  const grant = { streamId, viewer: viewer.account.address, number: 1, capBytes: 10n ** 6n, expiry: 10n ** 9n }
  return {
    sponsorship: await Sponsorship.sign(header, streamKey, domain),
    admission: await Admission.sign(grant, sponsor.account, domain),
  }
}
