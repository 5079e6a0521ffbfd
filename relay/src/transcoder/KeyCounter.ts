import type { Cheque } from '@lp/contracts/protocol'
import type { Sale } from '../records/Sale'

/** Port: the key server of this relay. */
export type KeyCounter = {
  /**
   * A broadcaster sells a stream; its signatures are checked. If it has appointed this relay, the relay sells the keys, and gives each cheque to
   * `tell`, first those that it holds already. A later call for the same stream replaces `tell`. Must not reject.
   */
  open(sale: Sale, tell: (cheque: Cheque.SignedCheque) => void): Promise<void>
}
