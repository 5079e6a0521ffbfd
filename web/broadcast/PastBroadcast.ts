import { Settlement } from 'lp-relay'
import { type Bill, billOf } from './Bill'
import type { Broadcast } from './Broadcast'

/** A broadcast of this browser, and what the chain says became of it. */
export type Settling = {
  broadcast: Broadcast
  /** Undefined until the chain has answered, and when nothing can change any more. */
  settlement: Settlement.Settlement | undefined
  bill: Bill | undefined
  isSettled: boolean
}

export function settlingOf(broadcast: Broadcast, settlement: Settlement.Settlement | undefined): Settling {
  const isSettled = settlement ? Settlement.isSettled(settlement, broadcast.segments) : broadcast.final !== undefined
  return { broadcast, settlement, isSettled, bill: billOf(broadcast, settlement) }
}
