import type { Party } from '../mesh/Accounting'

/** The payment key in lower case. A peer without a payment key has a new name on each connection. */
export const nameOf = ({ paymentKey, id }: Pick<Party, 'paymentKey' | 'id'>): string =>
  paymentKey?.toLowerCase() ?? `peer ${id}`
