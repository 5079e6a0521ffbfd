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

/** What the sponsor promises. `admissionSeconds` limits one admission, and `seconds` the whole sponsorship. */
export type SponsorLimits = Omit<SubsidyOptions, 'nowMs' | 'budget'> & {
  budget: Omit<BudgetOptions, 'stepSeconds' | 'videoBytesPerSecond'>
  seconds: number
}

/** A key that pays for the bytes of one stream at a time, and for nothing else. `store`: also has the cheques of `cashier`. */
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
  /** Whether this address is a registered relay. Nobody else is paid. */
  isRelay(address: Address): boolean | Promise<boolean>
  /** Whether to admit this viewer, for example because it has logged in. Default: every viewer, as fast as `limits.admissions` allows. */
  mayAdmit?(viewer: Address): boolean | Promise<boolean>
}

export type Sponsoring = {
  /** Its `admitted` is the number of admissions, and its `spent` is the amount that the sponsor has agreed to pay, in wei. */
  desk: SponsorDesk
  payments: Payments
  /** Leaves the room. Amounts that are promised and not paid stay in the store. The next call of `sponsorStream` for this stream pays them. */
  close(): void
}

/** A sponsor pays as soon as it has promised. */
const habit = { stepSeconds: 1, videoBytesPerSecond: freeTerms.videoBytesPerSecond }

/**
 * Pays the relays of a stream for its viewers (decision 052): joins the room of the stream, tells the relays of the sponsorship, admits viewers, and pays.
 * Rejects with `Sponsorship.WrongSignerError`, or the errors of `SponsorDesk.open`.
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
