import { Settlement } from 'lp-relay'
import type { Problem } from '../ui/Problem'
import { type Bill, billOf } from './Bill'
import type { Broadcast } from './Broadcast'

/** A broadcast of this browser with its settlement on chain. */
export type PastBroadcast = {
  broadcast: Broadcast
  /** Undefined until the chain has answered. Also undefined after the settlement is final. */
  settlement: Settlement.Settlement | undefined
  bill: Bill | undefined
  isSettled: boolean
  /** Why the chain could not be read. */
  problem?: Problem | undefined
}

export function pastBroadcastOf(broadcast: Broadcast, settlement: Settlement.Settlement | undefined): PastBroadcast {
  const isSettled = settlement ? Settlement.isSettled(settlement, broadcast.segments) : broadcast.final !== undefined
  return { broadcast, settlement, isSettled, bill: billOf(broadcast, settlement) }
}
