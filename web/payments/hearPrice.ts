// This module is a download of its own: a viewer of a free stream loads nothing else of this room.
import { type MeshPayments, PriceWatch } from 'lp-relay'

/** With this, a viewer joins the mesh before a relay has named a price. It pays nothing. `onPrice`: in wei for a byte. */
export const hearPrice = (onPrice: (weiPerByte: bigint) => void): MeshPayments => ({
  accounting: new PriceWatch(onPrice),
})
