import type { Hex } from 'viem'

export type Blocks = { fromBlock: bigint; toBlock: bigint }

/** The parts of an event that the page needs. */
export type KnownEvent = {
  eventName: string
  args: object
  blockNumber: bigint
  logIndex: number
  transactionHash: Hex
}
export type Bare<Event extends KnownEvent> = Event extends KnownEvent ? Pick<Event, keyof KnownEvent> : never

export type Known = Blocks & { events: readonly KnownEvent[] }
/** All events of one search in these blocks. `hash`: the hash of the last block, by which a later visit sees whether it is the same chain. */
export type StoredEvents = Known & { hash: Hex }

/** Stores the events of a search for later visits. If a function rejects, the page only has to read more. */
export type EventStore = {
  get(key: string): Promise<StoredEvents | undefined>
  set(key: string, stored: StoredEvents): Promise<void>
}
