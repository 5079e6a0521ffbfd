// This module is a download of its own: a viewer loads it only when a relay asks for money.
import { freeTerms, type MeshPayments, type PaymentEvent, Payments } from 'lp-relay'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { chequeDomainOf, type Purse } from './Purse'

export { Purse } from './Purse'

export type Engine = {
  payments: Payments
  mesh: MeshPayments
  /** The usual amount of a cheque at the price that the person has accepted, in wei. */
  step: bigint
}

/** A cheque pays for so many seconds of video. */
const stepSeconds = 10
/** At the start of a stream, the player fills its buffer faster than it plays. */
const fastest = 3n

export type EngineOptions = {
  chainId: number
  /** `undefined`: the viewer does not pay. A key of its own still shows relays what it uploads. */
  purse: Purse | undefined
  /** The highest price that the person has accepted. */
  maxWeiPerByte: bigint
  /** The bytes of a second of video. */
  bytesPerSecond: number
  onEvent(event: PaymentEvent): void
}

export function startEngine({ chainId, purse, maxWeiPerByte, bytesPerSecond, onEvent }: EngineOptions): Engine {
  const signer = purse?.signer ?? privateKeyToAccount(generatePrivateKey())
  const step = BigInt(Math.floor(stepSeconds * bytesPerSecond)) * maxWeiPerByte
  const payments = new Payments({
    ...{ terms: freeTerms, domain: chequeDomainOf(chainId), signer },
    ...(purse?.isAuthorised && {
      cashier: purse.cashier,
      budget: {
        ...{ maxWeiPerByte, maxWei: 0n, stepSeconds, videoBytesPerSecond: bytesPerSecond },
        maxWeiPerMinute: fastest * BigInt(60 / stepSeconds) * step,
      },
    }),
  })
  payments.on('event', (_, event) => onEvent(event))
  return { payments, step, mesh: { accounting: payments, key: signer } }
}
