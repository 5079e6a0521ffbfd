import type { Cheque } from '@lp/contracts/protocol'
import type { Sale } from '../records/Sale'

/** Port: the key server of this relay. */
export type KeyCounter = {
  /**
   * Called when a broadcaster sells a stream. The caller has checked the signatures of `sale`. If the broadcaster has appointed this relay,
   * the relay sells the keys. It gives `tell` the cheques of the buyers: those that it holds already, and each new cheque. A later call for
   * the same stream replaces `tell`. Must not reject.
   */
  open(sale: Sale, tell: (cheque: Cheque.SignedCheque) => void): Promise<void>
}
