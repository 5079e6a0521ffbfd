import type { Problem } from '../ui/Problem'

/**
 * How the viewer pays now.
 * - `free`: nobody asks for money.
 * - `allowance`: the viewer does not pay, and a relay gives it free bytes.
 * - `unpaid`: the viewer does not pay, and the stream is paid, or the picture waits for bytes that no relay sends free of charge.
 * - `limit`: the person's own limit is reached.
 * - `empty`: the deposit is spent, withdrawn or not enough.
 * - `dear`: the picture waits for bytes, and a relay asks more than the person has accepted.
 * - `expired`: the session key has ended, or ends soon.
 * - `elsewhere`: another tab pays with this deposit.
 * - `conflict`: the relay holds a newer cheque of this wallet, from another browser.
 */
export const paymentStates = [
  'free',
  'allowance',
  'unpaid',
  'paying',
  'limit',
  'empty',
  'dear',
  'expired',
  'elsewhere',
  'conflict',
  'failed',
] as const
export type PaymentState = (typeof paymentStates)[number]

/** The facts behind the state. Amounts in wei, times in Unix seconds. */
export type PaymentFacts = {
  /** The highest price of the connected relays, for a byte. */
  weiPerByte: bigint
  /** The price of a minute of the keys of a paid stream. 0: the stream is free. */
  keysPerMinute: bigint
  /** The person has agreed to pay for this stream. */
  isAccepted: boolean
  /** The highest price that the person has accepted, for a byte. */
  maxWeiPerByte: bigint
  /** The picture waits, and a relay sends nothing more until it is paid or has free bytes. */
  isRefused: boolean
  isElsewhere: boolean
  problem: Problem | undefined
  /** The person has decided to pay, and the wallet has authorised the key of this browser. */
  isAuthorised: boolean
  expiry: bigint
  nowSeconds: bigint
  /** What the person's limit leaves. `undefined`: there is no limit. */
  limitLeft: bigint | undefined
  /** What the deposit and the cap of the session key leave. */
  depositLeft: bigint
  /** The usual amount of a cheque. A payment of less waits. */
  step: bigint
  /** A payment was due, and there was not enough left. */
  isShort: boolean
  /** Why a relay refused our last cheque. `undefined`: it did not. */
  refusal: string | undefined
}

/** A relay takes no cheque of a key that ends earlier. */
const leastSecondsLeft = 3_600n

export function stateOf(facts: PaymentFacts): PaymentState {
  const { weiPerByte, keysPerMinute, isRefused, isShort, limitLeft, depositLeft, step, refusal } = facts
  const isSold = keysPerMinute > 0n
  if (weiPerByte === 0n && !isSold && !(isRefused && facts.problem)) return 'free'
  if (facts.isElsewhere) return 'elsewhere'
  if (facts.problem) return 'failed'
  if (!facts.isAuthorised || (isSold && !facts.isAccepted)) return isRefused || isSold ? 'unpaid' : 'allowance'
  if (weiPerByte > facts.maxWeiPerByte && isRefused) return 'dear'
  if (facts.nowSeconds + leastSecondsLeft > facts.expiry) return 'expired'
  if (refusal === 'lower') return 'conflict'
  const isLow = (left: bigint) => left <= 0n || (isShort && left < step)
  if (limitLeft !== undefined && isLow(limitLeft) && limitLeft <= depositLeft) return 'limit'
  if (isLow(depositLeft) || (refusal !== undefined && refusal !== 'busy')) return 'empty'
  return 'paying'
}
