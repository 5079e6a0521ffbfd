// This module is a download of its own: a viewer loads it only when a relay asks for money.
import { freeTerms, HttpPayer, type HttpPayerOptions, type MeshPayments, type PaymentEvent, Payments } from 'lp-relay'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { chequeDomainOf, type Purse } from './Purse'

export { KeyPurchase } from './KeyPurchase'
export { Purse } from './Purse'

export type Engine = {
  payments: Payments
  mesh: MeshPayments
  http: HttpPayer
  /** The usual amount of a cheque at the price that the person has accepted, in wei. */
  step: bigint
  close(): void
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
  /** A relay has refused bytes over HTTP, and asks this price, in wei for a byte. */
  onUnpaid(weiPerByte: bigint): void
} & Pick<HttpPayerOptions, 'isRelay'>

export function startEngine(options: EngineOptions): Engine {
  const { chainId, purse, maxWeiPerByte, bytesPerSecond, isRelay, onEvent, onUnpaid } = options
  const signer = purse?.signer ?? privateKeyToAccount(generatePrivateKey())
  const domain = chequeDomainOf(chainId)
  const step = BigInt(Math.floor(stepSeconds * bytesPerSecond)) * maxWeiPerByte
  const payments = new Payments({
    ...{ terms: freeTerms, domain, signer },
    ...(purse?.isAuthorised && {
      cashier: purse.cashier,
      budget: {
        ...{ maxWeiPerByte, maxWei: 0n, stepSeconds, videoBytesPerSecond: bytesPerSecond },
        maxWeiPerMinute: fastest * BigInt(60 / stepSeconds) * step,
      },
    }),
  })
  payments.on('event', (_, event) => onEvent(event))
  const http = new HttpPayer({ payments, signer, domain, isRelay })
  http.on('unpaid', ({ weiPerByte }) => onUnpaid(weiPerByte))
  const close = () => {
    http.close()
    payments.close()
  }
  return { payments, http, step, close, mesh: { accounting: payments, key: signer } }
}
