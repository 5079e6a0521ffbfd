import type { Address, Hex } from 'viem'

/** With whom bytes are exchanged. */
export type Party = {
  /** 20 bytes, of the tracker. */
  id: Hex
  /** The proven key of a relay; none for a viewer. */
  address: Address | undefined
}

/** The port through which the mesh tells of bytes and asks who may have some. The mesh knows no money; who implements this may. */
export type Accounting = {
  /** So many bytes of a segment that was checked came from `party`. */
  received(party: Party, bytes: number): void
  /** So many bytes were handed to the network for `party`. */
  sent(party: Party, bytes: number): void
  /** Whether `party` may have (more of) a segment now. */
  maySend(party: Party): boolean
}

/** Everybody serves everybody. */
export const freeForAll: Accounting = {
  received: () => {},
  sent: () => {},
  maySend: () => true,
}
