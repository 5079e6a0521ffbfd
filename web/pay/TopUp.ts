import { Cheque } from '@lp/contracts/protocol'
import type { ChequebookAccount, chequebookCalls } from 'lp-relay'
import type { Address } from 'viem'
import type { Action } from '../act/Action'
import { formatMoment } from '../ui/formatMoment'
import { formatAmount } from '../wallet/amount'

/** One transaction of the wallet: puts wei into the deposit, and lets the key of this browser pay from it. */
export type TopUp = {
  /** The session key. */
  key: Address
  /** From the wallet to the deposit, in wei. 0: only the permission changes. */
  deposit: bigint
  /** The largest sum of all payments of the key, in wei. The payments that the key has already made count. */
  cap: bigint
  /** When the permission ends. Unix time in seconds. */
  expiry: bigint
}

const secondsPerDay = 86_400n
/** A key that somebody has stolen is worth nothing after this time. */
const permissionDays = 30n

/** `nowSeconds`: Unix time. */
export function topUpOf({
  key,
  amount,
  account,
  nowSeconds,
}: {
  key: Address
  amount: bigint
  account: ChequebookAccount
  nowSeconds: bigint
}): TopUp {
  const wanted = nowSeconds + permissionDays * secondsPerDay
  // A new key can also spend the deposit that the account had before.
  const cap = account.key.cap + amount + (account.key.cap === 0n ? account.deposit : 0n)
  return {
    ...{ key, deposit: amount, cap: cap < Cheque.maxAmount ? cap : Cheque.maxAmount },
    // The contract does not accept an earlier end.
    expiry: account.key.expiry > wanted ? account.key.expiry : wanted,
  }
}

export function actionOf(
  { key, deposit, cap, expiry }: TopUp,
  { account, calls }: { account: ChequebookAccount; calls: ReturnType<typeof chequebookCalls> },
): Action {
  const until = formatMoment(Number(expiry) * 1_000, Date.now())
  const permission = `The key of this browser may pay relays up to ${formatAmount(cap - account.key.spent)} from the deposit, until ${until}. The wallet does not ask again.`
  return {
    review: {
      title: deposit > 0n ? 'Pay for streams' : 'Let this browser pay',
      confirm: deposit > 0n ? `Put in ${formatAmount(deposit)}` : 'Confirm',
      done: 'This browser can pay for streams now.',
      happens:
        deposit > 0n
          ? `${formatAmount(deposit)} go from your wallet to your deposit in the Chequebook contract. ${permission}`
          : permission,
      when: `In the next block. You can withdraw what is left of the deposit; this takes ${delayOf(account.withdrawalDelay)}.`,
      risk: 'What relays earn by sending video, and at most some seconds of video that a relay does not send. A relay that you pay, and everybody who reads the chain, can see which wallet pays. If a program steals the key from this browser, it can spend the deposit.',
    },
    call: calls.authorise(key, { cap, expiry, deposit }),
  }
}

/** `20 seconds`, `24 hours` */
export function delayOf(seconds: bigint): string {
  if (seconds < 120n) return `${seconds} seconds`
  if (seconds < 7_200n) return `${seconds / 60n} minutes`
  return `${seconds / 3_600n} hours`
}
