import { Sponsorship, StreamId } from '@lp/contracts/protocol'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { BudgetOptions } from '../src/payment/Budget'
import { SponsorDesk, type SponsorDeskOptions } from '../src/payment/SponsorDesk'
import { SponsoredDesk } from '../src/payment/SponsoredDesk'
import type { Terms } from '../src/payment/Terms'
import { type ChequebookModel, domain } from './chequebook'
import type { MemoryStore } from './paymentStore'
import { budget, openTrader, paidTerms, type Trader, Wire } from './payments'

const capBytes = 4_000_000n

export type SponsorOptions = Partial<Omit<SponsorDeskOptions, 'budget'>> & {
  account?: PrivateKeyAccount
  store?: MemoryStore
  budget?: Partial<BudgetOptions>
}

/** One stream that a sponsor subsidises, with a price of one wei for a byte. */
export function createSubsidy({
  chequebook,
  nowMs,
  streamKey = newKey(),
  streamId = StreamId.random(streamKey.address),
}: {
  chequebook: ChequebookModel
  nowMs(): number
  streamKey?: PrivateKeyAccount
  streamId?: StreamId.StreamId
}) {
  const traders: Trader[] = []
  const wires: Wire[] = []
  const shared = { chequebook, nowMs, streamId }

  return {
    streamId,
    traders,
    wires,
    streamKey,

    /** Default: the sponsor admits each viewer immediately, pays at most 4 MB for each viewer, and has a large budget. */
    async openSponsor({ account = newKey(), store, ...options }: SponsorOptions = {}) {
      const limits = { ...budget, ...options.budget }
      const header = { streamId, sponsor: account.address, maxWeiPerByte: limits.maxWeiPerByte, expiry: 10n ** 9n }
      const sponsorship = await Sponsorship.sign(header, streamKey, domain)
      let desk: SponsorDesk | undefined
      const trader = await openTrader({
        ...{ ...shared, account, budget: limits, ...(store && { store }) },
        subsidy: async (parts) => {
          desk = await SponsorDesk.open({
            ...{ capBytes, maxBytesPerSecond: 1e6, admissionSeconds: 3_600, nowMs, sponsorship, domain },
            ...{ admissions: { perMinute: 1_000, most: 10_000 }, sampleShare: 1 },
            ...{ ...options, ...parts, signer: account, budget: limits },
          })
          return desk
        },
      })
      if (chequebook.account(account.address).deposit === 0n) chequebook.deposit(account.address, 10n ** 12n)
      traders.push(trader)
      return { ...trader, desk: desk as SponsorDesk }
    },

    async openRelay({
      account = newKey(),
      store,
      terms = paidTerms,
    }: {
      account?: PrivateKeyAccount
      store?: MemoryStore
      terms?: Terms
    } = {}) {
      let desk: SponsoredDesk | undefined
      const trader = await openTrader({
        ...{ ...shared, account, role: 'relay', terms, ...(store && { store }) },
        subsidy: async (parts) => {
          desk = await SponsoredDesk.open({ ...parts, domain, self: account.address, terms, nowMs })
          return desk
        },
      })
      traders.push(trader)
      return { ...trader, desk: desk as SponsoredDesk }
    },

    async openViewer(options: { account?: PrivateKeyAccount; budget?: BudgetOptions } = {}) {
      const trader = await openTrader({ ...shared, ...options })
      if (options.budget) chequebook.deposit(trader.account.address, 10n ** 12n)
      traders.push(trader)
      return trader
    },

    connect(one: Trader, other: Trader): Wire {
      const wire = new Wire(one, other)
      wires.push(wire)
      return wire
    },

    /** Twice: lets each trader do the work that is due, and delivers all messages until no trader sends a further message. */
    async pass(): Promise<void> {
      for (let round = 0; round < 2; round++) {
        for (const { payments } of traders) payments.tick()
        for (const wire of wires) await wire.quiet()
      }
    },

    close(): void {
      for (const { payments } of traders) payments.close()
    },
  }
}
export type SubsidisedStream = ReturnType<typeof createSubsidy>

export const newKey = () => privateKeyToAccount(generatePrivateKey())
