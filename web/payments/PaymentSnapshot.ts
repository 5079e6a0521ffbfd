import type { Sale } from 'lp-relay'
import type { Problem } from '../ui/Problem'
import type { Engine, Purse } from './engine'
import { earnedByUploading, minutesLeft, pricePerMinute, type Sample } from './figures'
import type { PaymentChoice } from './PaymentChoice'
import type { PaymentNews } from './PaymentNews'
import { type PaymentState, stateOf } from './PaymentState'
import { costOf } from './saleCost'

/** What a page shows about payments. Amounts in wei. */
export type PaymentSnapshot = {
  state: PaymentState
  /** Why the state is `failed`. */
  problem: Problem | undefined
  /** The highest price of the relays, for a byte. 0: not known yet. */
  weiPerByte: bigint
  /** What a minute costs if all bytes come from relays, with the keys of a paid stream. */
  perMinute: bigint
  /** The part of `perMinute` that a paid stream costs. 0: the stream is free. */
  keysPerMinute: bigint
  /** The person has agreed to pay for this paid stream. */
  isAccepted: boolean
  /** What this page has paid for the stream. */
  spent: bigint
  /** What this browser has paid for all streams from this wallet. */
  promised: bigint
  /** What uploading to other viewers was worth. */
  earned: bigint
  /** What can still be paid: the smaller of what the limit and the deposit leave. `undefined`: the viewer does not pay. */
  left: bigint | undefined
  /** For how long `left` lasts. `undefined`: nothing is spent. */
  minutesLeft: number | undefined
  choice: PaymentChoice
}

export type SnapshotFacts = Pick<PaymentSnapshot, 'weiPerByte' | 'isAccepted'> & {
  /** Undefined: the stream is free. */
  sale: Sale | undefined
  engine: Engine | undefined
  purse: Purse | undefined
  choice: PaymentChoice
  samples: readonly Sample[]
  bytesToPeers: number
  /** Since the page opened the stream, in wei. */
  spent: bigint
  given: bigint
  isElsewhere: boolean
  news: Pick<PaymentNews, 'problem' | 'refusal' | 'isShort' | 'isRefused'>
  /** Unix time. */
  nowMs: number
}

export function snapshotOf({ engine, purse, choice, samples, ...facts }: SnapshotFacts): PaymentSnapshot {
  const { weiPerByte, bytesToPeers, spent, given, isElsewhere, news, isAccepted } = facts
  const { keysPerMinute, keyStep } = costOf(facts.sale)
  const { problem, isShort, refusal } = news
  const isAuthorised = purse?.isAuthorised ?? false
  const promised = purse?.promised ?? 0n
  const depositLeft = purse?.left ?? 0n
  const limitLeft = choice.limitWei === undefined ? undefined : max(choice.limitWei - promised, 0n)
  const left = isAuthorised ? min(limitLeft ?? depositLeft, depositLeft) : undefined
  const state = stateOf({
    ...{ weiPerByte, keysPerMinute, isAccepted, maxWeiPerByte: choice.maxWeiPerByte, isRefused: news.isRefused },
    ...{
      isElsewhere,
      problem,
      isAuthorised,
      limitLeft,
      depositLeft,
      isShort,
      refusal,
      step: (engine?.step ?? 0n) + keyStep,
    },
    ...{ expiry: purse?.account.key.expiry ?? 0n, nowSeconds: BigInt(Math.floor(facts.nowMs / 1_000)) },
  })
  return {
    ...{ state, problem, weiPerByte, keysPerMinute, isAccepted, spent, promised, left, choice },
    perMinute: pricePerMinute(samples, weiPerByte) + keysPerMinute,
    earned: earnedByUploading({ given, bytesToPeers, weiPerByte }),
    minutesLeft: left === undefined ? undefined : minutesLeft(left, samples, weiPerByte),
  }
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
export const max = (one: bigint, other: bigint) => (one > other ? one : other)
