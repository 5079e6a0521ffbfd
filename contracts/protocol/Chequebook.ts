import * as Cheque from './Cheque'
import { ProtocolError } from './errors'

/** An issuer's deposit in the Chequebook contract: `getAccount`. All times are Unix times in seconds. */
export type Account = {
  /** Free deposit in wei, which pays the cheques of all beneficiaries. Hard deposits are not included. */
  deposit: bigint
  /** The announced withdrawal in wei; 0 if none is announced. It can be larger than the deposit. */
  withdrawal: bigint
  /** First time at which the issuer can withdraw. */
  withdrawableAt: bigint
  /** Time of the issuer's last bounced cheque; 0 if no cheque bounced. */
  bouncedAt: bigint
}

/** The state of one channel: `getChannel`. */
export type ChannelState = {
  /** Sum of all payments so far in wei, the splitee's part included. */
  paid: bigint
  /** Wei that only the cheques of this channel can spend. */
  hardDeposit: bigint
  /** Time of the bounce, if the last cashed cheque bounced; otherwise 0. */
  bouncedAt: bigint
  /** The prepared decrease of the hard deposit in wei; 0 if none is prepared. It can be larger than the hard deposit. */
  decrease: bigint
  /** First time at which the issuer can decrease the hard deposit. */
  decreasableAt: bigint
}

/** A key that signs for an issuer: `getSessionKey`. All values are 0 if the key was never authorised. */
export type SessionKey = {
  /** The largest sum that cheques of the key can pay, in all channels together, in wei. */
  cap: bigint
  /** The sum that cheques of the key have paid so far, in wei. */
  spent: bigint
  /** From this time on, cheques of the key cannot be cashed. */
  expiry: bigint
}

/**
 * The signer of a cheque: the issuer's own key, the issuer's contract (ERC-1271), or a session key. For a key that the issuer never
 * authorised, pass a `SessionKey` with the value 0 in each field.
 */
export type Signer = 'issuer' | 'contract' | SessionKey

/** The names of `IChequebook.Outcome`; the index is the number on chain. For `NothingDue` and all later names, the contract pays nothing. */
export const outcomeNames = [
  'Paid',
  'Bounced',
  'Capped',
  'NothingDue',
  'InvalidChannel',
  'WrongSigner',
  'KeyExpired',
  'CapSpent',
  'NoFunds',
] as const

/**
 * The result of a cash-out.
 * - `Bounced`: the funds of the issuer do not cover the cheque. The cheque pays these funds, and the remainder stays owed.
 * - `Capped`: the rest of the session key's cap does not cover the cheque. The cheque pays this rest.
 * - `NoFunds`: the issuer has no funds, and the channel's bounce is already recorded.
 */
export type Outcome = (typeof outcomeNames)[number]

/** The outcome for a number on chain. Throws `UnknownNumberError`. */
export function outcomeOf(number: number): Outcome {
  const name = outcomeNames[number]
  if (!name) throw new UnknownNumberError({ number })
  return name
}

/** Whether the contract's `cash` reverts with this outcome. */
export const isRefused = (outcome: Outcome): boolean =>
  outcomeNames.indexOf(outcome) >= outcomeNames.indexOf('NothingDue')

/** The funds behind the cheques of a channel, in wei. */
export type Solvency = {
  /** The amount that the contract can pay now. */
  available: bigint
  /** The amount that the contract can pay after the announced withdrawal and the prepared decrease. Other payees can spend a part of it. */
  reliable: bigint
  /** The hard deposit after the prepared decrease. Only the beneficiary can spend it. */
  guaranteed: bigint
}

export function solvency({ account, channel }: { account: Account; channel: ChannelState }): Solvency {
  const guaranteed = max(channel.hardDeposit - channel.decrease, 0n)
  return {
    available: account.deposit + channel.hardDeposit,
    // The prepared decrease moves a part of the hard deposit to the free deposit, and the announced withdrawal can take this part.
    reliable: guaranteed + max(account.deposit + (channel.hardDeposit - guaranteed) - account.withdrawal, 0n),
    guaranteed,
  }
}

export type Payable = {
  /** The wei that the cheque takes from the issuer's funds. */
  amount: bigint
  /** The splitee's part of `amount`. */
  credit: bigint
  outcome: Outcome
}

/** The result of a cash-out of the cheque at `time` (Unix time in seconds). */
export function payable({
  cheque,
  signer,
  account,
  channel,
  time,
}: {
  cheque: Cheque.Cheque
  signer: Signer
  account: Account
  channel: ChannelState
  time: bigint
}): Payable {
  const refused = (outcome: Outcome): Payable => ({ amount: 0n, credit: 0n, outcome })
  if (!Cheque.isValidChannel(cheque)) return refused('InvalidChannel')
  const isKey = typeof signer === 'object'
  if (isKey && signer.expiry === 0n) return refused('WrongSigner')
  if (isKey && time >= signer.expiry) return refused('KeyExpired')
  if (isKey && signer.spent === signer.cap) return refused('CapSpent')
  const owed = cheque.cumulative - channel.paid
  if (owed <= 0n) return refused('NothingDue')
  const limit = isKey ? signer.cap - signer.spent : owed
  const due = min(owed, limit)
  const amount = min(due, account.deposit + channel.hardDeposit)
  if (amount === 0n && channel.bouncedAt > 0n) return refused('NoFunds')
  const credit = Cheque.partOf(cheque, channel.paid + amount) - Cheque.partOf(cheque, channel.paid)
  return { amount, credit, outcome: amount < due ? 'Bounced' : due < owed ? 'Capped' : 'Paid' }
}

const min = (a: bigint, b: bigint) => (a < b ? a : b)
const max = (a: bigint, b: bigint) => (a > b ? a : b)

export class UnknownNumberError extends ProtocolError {
  override readonly name = 'Chequebook.UnknownNumberError'
  constructor({ number }: { number: number }) {
    super('No outcome of a cash-out has this number.', {
      details: [`Number: ${number}`, `Highest: ${outcomeNames.length - 1}`],
    })
  }
}
