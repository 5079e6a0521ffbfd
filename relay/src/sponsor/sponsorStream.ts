import { Hello, Sponsorship, type StreamId, type typedData } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import { logOf } from '../log'
import { joinStream } from '../mesh/joinStream'
import type { RoomOptions, Transport } from '../mesh/Transport'
import type * as Acknowledgement from '../payment/Acknowledgement'
import type { BudgetOptions } from '../payment/Budget'
import type { Cashier } from '../payment/Cashier'
import type { PaymentStore } from '../payment/PaymentStore'
import { Payments } from '../payment/Payments'
import { SponsorDesk } from '../payment/SponsorDesk'
import type { SubsidyOptions } from '../payment/Subsidy'
import { freeTerms } from '../payment/Terms'

const log = logOf('sponsor')

/** The limits on the sponsor's promises. `admissionSeconds`: the validity of an admission. `seconds`: the validity of the sponsorship. */
export type SponsorLimits = Omit<SubsidyOptions, 'nowMs' | 'budget'> & {
  budget: Omit<BudgetOptions, 'stepSeconds' | 'videoBytesPerSecond'>
  seconds: number
}

/**
 * `signer`: the sponsor's key. It pays for the bytes of one stream at a time, and for nothing else. `store`: for the sponsor's promises,
 * and for the cheques of `cashier`.
 */
export type SponsorWallet = { signer: typedData.Signer; cashier: Cashier; store: PaymentStore }

export type SponsorOptions = Pick<RoomOptions, 'trackers' | 'relays'> & {
  streamId: StreamId.StreamId
  /** Signs the sponsorship, and our HELLO. */
  streamKey: typedData.Signer
  /** For HELLO. */
  domain: typedData.Domain
  /** For admissions, acknowledgements and cheques. */
  chequebook: Acknowledgement.Domain
  transport: Transport
  wallet: SponsorWallet
  limits: SponsorLimits
  /** Whether this address is a registered relay. Only registered relays are paid. */
  isRelay(address: Address): boolean | Promise<boolean>
  /** Whether to admit this viewer, for example because it has logged in. Default: every viewer, as fast as `limits.admissions` allows. */
  mayAdmit?(viewer: Address): boolean | Promise<boolean>
}

export type Sponsoring = {
  /** `desk.admitted`: the number of admissions. `desk.spent`: the amount that the sponsor has agreed to pay, in wei. */
  desk: SponsorDesk
  payments: Payments
  /** Leaves the room. Unpaid promises stay in the store, and are paid after the next call of `sponsorStream` with this wallet. */
  close(): void
}

/** The sponsor pays a relay at the latest when the sponsor owes the relay the price of one second of video. */
const habit = { stepSeconds: 1, videoBytesPerSecond: freeTerms.videoBytesPerSecond }

/**
 * Pays the relays of a stream for the bytes of viewers (decision 052): joins the room of the stream, tells the relays about the
 * sponsorship, admits viewers, and pays. Rejects with `Sponsorship.WrongSignerError`, or with the errors of `SponsorDesk.open`.
 */
export async function sponsorStream(options: SponsorOptions): Promise<Sponsoring> {
  const { streamId, streamKey, domain, chequebook, transport, wallet, limits, isRelay, mayAdmit } = options
  const { signer, cashier } = wallet
  const nowMs = Date.now
  const budget = { ...limits.budget, ...habit }
  const header = {
    ...{ streamId, sponsor: signer.address.toLowerCase() as Address, maxWeiPerByte: budget.maxWeiPerByte },
    expiry: BigInt(Math.floor(nowMs() / 1_000) + limits.seconds),
  }
  const sponsorship = await Sponsorship.sign(header, streamKey, chequebook)
  const desk = await SponsorDesk.open({
    ...{ ...limits, ...wallet, budget, nowMs, domain: chequebook, sponsorship },
    ...(mayAdmit && { mayAdmit }),
  })
  const payments = new Payments({ terms: freeTerms, domain: chequebook, signer, cashier, budget, subsidy: desk })
  const mesh = joinStream({
    ...{ streamId, domain, transport, isRelay, onlyRelays: true },
    ...{ trackers: options.trackers, ...(options.relays && { relays: options.relays }) },
    payments: { accounting: payments, key: signer },
    signAsBroadcaster: (hello) => Hello.sign(hello, streamKey, domain),
  })
  mesh.on('banned', (error) => log.debug('banned', () => ({ reason: error.message })))
  return {
    ...{ desk, payments },
    close() {
      mesh.leave()
      payments.close()
    },
  }
}
