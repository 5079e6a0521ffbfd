// This module is a download of its own: a viewer loads it only when a relay asks for money.
import { freeTerms, HttpPayer, type HttpPayerOptions, type MeshPayments, type PaymentEvent, Payments } from 'lp-relay'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { assumedBytesPerSecond } from './figures'
import { chequeDomainOf, type Purse } from './Purse'

export { KeyPurchase } from './KeyPurchase'
export { Purse } from './Purse'

export type Engine = {
  payments: Payments
  mesh: MeshPayments
  http: HttpPayer
  /** The usual amount of a cheque at the price that the person has accepted, in wei. */
  readonly step: bigint
  /** The stream has this rate, in bytes per second. A lower rate than before changes nothing, because the player can choose the higher level again. */
  follow(bytesPerSecond: number): void
  close(): void
}

/** A cheque pays for so many seconds of video. */
const stepSeconds = 10
/** At the start of a stream, the player fills its buffer faster than it plays. */
const fastest = 3n
const maxWei = 2n ** 96n - 1n
/** 100 Mbit/s: no stream is faster. In bytes per second. */
const maxBytesPerSecond = 12_500_000

export type EngineOptions = {
  chainId: number
  /** `undefined`: the viewer does not pay. A key of its own still shows relays what it uploads. */
  purse: Purse | undefined
  /** The highest price that the person has accepted. */
  maxWeiPerByte: bigint
  /** The bytes of a second of video. */
  bytesPerSecond: number
  /** `party`: the payment key of the relay. */
  onEvent(event: PaymentEvent, party: string): void
  /** A relay has refused bytes over HTTP, and asks this price, in wei for a byte. */
  onUnpaid(weiPerByte: bigint): void
} & Pick<HttpPayerOptions, 'isRelay'>

export function startEngine(options: EngineOptions): Engine {
  const { chainId, purse, maxWeiPerByte, isRelay, onEvent, onUnpaid } = options
  const signer = purse?.signer ?? privateKeyToAccount(generatePrivateKey())
  const domain = chequeDomainOf(chainId)
  // The rate of a low level would be too low for the source: one request can cost more than a step.
  let rate = Math.max(options.bytesPerSecond, assumedBytesPerSecond)
  const stepOf = () => BigInt(Math.floor(stepSeconds * rate)) * maxWeiPerByte
  const video = () => {
    const perMinute = fastest * BigInt(60 / stepSeconds) * stepOf()
    return { videoBytesPerSecond: rate, maxWeiPerMinute: perMinute < maxWei ? perMinute : maxWei }
  }
  const payments = new Payments({
    ...{ terms: freeTerms, domain, signer },
    ...(purse?.isAuthorised && {
      cashier: purse.cashier,
      budget: { maxWeiPerByte, maxWei: 0n, stepSeconds, ...video() },
    }),
  })
  payments.on('event', (party, event) => onEvent(event, party))
  const http = new HttpPayer({ payments, signer, domain, isRelay })
  http.on('unpaid', ({ weiPerByte }) => onUnpaid(weiPerByte))
  const close = () => {
    http.close()
    payments.close()
  }
  const follow = (bytesPerSecond: number) => {
    if (bytesPerSecond <= rate) return
    rate = Math.min(bytesPerSecond, maxBytesPerSecond)
    payments.follow(video())
  }
  return {
    ...{ payments, http, follow, close, mesh: { accounting: payments, key: signer } },
    get step() {
      return stepOf()
    },
  }
}
