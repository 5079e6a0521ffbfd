import { FormError } from './bytes'
import type { Codecs } from './codec'

/** A message between the `Accounting` objects of two peers. The mesh does not read `payment`. */
export type PaymentMessage = { type: 'payment'; payment: Uint8Array }

export const maxPaymentBytes = 4 * 1024

export const paymentCodecs: Codecs<PaymentMessage> = {
  payment: {
    tag: 0x80,
    write({ payment }) {
      assertLength(payment.length)
      return [payment]
    },
    read(reader) {
      assertLength(reader.remaining)
      return { payment: reader.bytes(reader.remaining) }
    },
  },
}

function assertLength(length: number) {
  if (length > maxPaymentBytes) throw new FormError(`a payment of ${length} bytes where ${maxPaymentBytes} are allowed`)
}
