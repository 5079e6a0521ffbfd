import { Settlement } from 'lp-relay'
import type { Problem } from '../ui/Problem'
import { type Bill, billOf } from './Bill'
import type { Broadcast } from './Broadcast'

/** A broadcast of this browser with its settlement on chain. */
export type PastBroadcast = {
  broadcast: Broadcast
  /**
   * Undefined until the chain has answered. Also undefined if the settlement was final, and the reserve was released, before the page was
   * opened.
   */
  settlement: Settlement.Settlement | undefined
  bill: Bill | undefined
  isSettled: boolean
  /** Why the settlement could not be read. */
  problem?: Problem | undefined
}

export function pastBroadcastOf(broadcast: Broadcast, settlement: Settlement.Settlement | undefined): PastBroadcast {
  const isSettled = settlement ? Settlement.isSettled(settlement, broadcast.segments) : broadcast.final !== undefined
  return { broadcast, settlement, isSettled, bill: billOf(broadcast, settlement) }
}
