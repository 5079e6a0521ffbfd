import { eventPages, readEvents } from 'lp-relay'
import type { PublicClient } from 'viem'
import type { Bare, Blocks, EventStore, Known, KnownEvent } from './EventStore'
import { eventDatabase } from './eventDatabase'
import { readable } from './readable'

export type EventsOnce<Event extends KnownEvent> = Blocks & {
  /** Names the contract, the events and their filter. Two searches with the same key must be the same search. */
  key: string
  read(blocks: Blocks): Promise<readonly Event[]>
  store?: EventStore
}

/** A reorganisation can replace the newest blocks. So the page does not keep their events, and reads these blocks again each time. */
const newestBlocks = 64n
/** The events are stored after this number of pages of events. So a visit that ends early loses few events. */
const pagesPerStore = 8

const memories = new WeakMap<PublicClient, Map<string, Known>>()
const running = new WeakMap<PublicClient, Map<string, Promise<unknown>>>()

/**
 * Reads the events of the blocks, as `readEvents` does, but requests only blocks that no earlier search with this key has read. A search that
 * fails stores the events that it has read, and the next search continues after them.
 */
export function readOnce<Event extends KnownEvent>(
  client: PublicClient,
  search: EventsOnce<Event>,
): Promise<Bare<Event>[]> {
  const searches = mapOf(running, client)
  // Two searches at the same time would read the same blocks.
  const before = searches.get(search.key)?.catch(() => undefined) ?? Promise.resolve()
  const result = before.then(() => readNow(client, search)) as Promise<Bare<Event>[]>
  searches.set(search.key, result)
  return result
}

async function readNow(client: PublicClient, search: EventsOnce<KnownEvent>): Promise<KnownEvent[]> {
  const { fromBlock, toBlock, read } = search
  const found = await recall(client, search)
  const last = toBlock - newestBlocks
  // The page moves the end of the known blocks only now and then, because this needs a request.
  const isEnough = found && found.fromBlock <= fromBlock && last - found.toBlock < newestBlocks
  const next = isEnough ? found.toBlock + 1n : last + 1n
  const newest = readEvents(client, { fromBlock: next > fromBlock ? next : fromBlock, toBlock, read })
  // If both fail, the first failure is thrown, and the second one must not count as unhandled.
  newest.catch(() => undefined)
  const known = isEnough ? found : await extend(client, { ...search, toBlock: last, found })
  const events = [...(known?.events ?? []), ...(await newest).map(bare)]
  return events.filter(({ blockNumber }) => blockNumber >= fromBlock)
}

/** Adds all blocks from `fromBlock` to `toBlock` to the known blocks. */
async function extend(
  client: PublicClient,
  { found, fromBlock, toBlock, ...search }: EventsOnce<KnownEvent> & { found: Known | undefined },
): Promise<Known | undefined> {
  let known = found
  let pages = 0
  const keep = (next: Known) => {
    const isOld = next.fromBlock < fromBlock
    const events = isOld ? next.events.filter(({ blockNumber }) => blockNumber >= fromBlock) : next.events
    known = { fromBlock: isOld ? fromBlock : next.fromBlock, toBlock: next.toBlock, events }
    mapOf(memories, client).set(search.key, known)
    if (++pages % pagesPerStore === 0) remember(client, search, known)
  }
  try {
    const newer = { fromBlock: known ? known.toBlock + 1n : fromBlock, toBlock, read: search.read }
    for await (const { result, ...page } of eventPages(client, newer))
      keep({
        ...{ fromBlock: known?.fromBlock ?? page.fromBlock, toBlock: page.toBlock },
        events: [...(known?.events ?? []), ...result.map(bare)],
      })
    if (!known) return undefined
    const older = { fromBlock, toBlock: known.fromBlock - 1n, read: search.read, isBackward: true }
    for await (const { result, ...page } of eventPages(client, older))
      keep({ ...known, fromBlock: page.fromBlock, events: [...result.map(bare), ...known.events] })
  } finally {
    if (known && pages % pagesPerStore > 0) remember(client, search, known)
  }
  return known
}

/** The known blocks of this search, if they touch the wanted blocks and are still blocks of the chain. */
async function recall(client: PublicClient, search: EventsOnce<KnownEvent>): Promise<Known | undefined> {
  const touches = (known: Known) => known.toBlock + 1n >= search.fromBlock && known.toBlock <= search.toBlock
  const known = mapOf(memories, client).get(search.key)
  if (known) return touches(known) ? known : undefined
  const stored = await readable((search.store ?? eventDatabase).get(search.key))
  if (!stored || !touches(stored)) return undefined
  const block = await readable(client.getBlock({ blockNumber: stored.toBlock }))
  if (block?.hash !== stored.hash) return undefined
  mapOf(memories, client).set(search.key, stored)
  return stored
}

/** The page does not wait for the end of this. */
function remember(client: PublicClient, search: Pick<EventsOnce<KnownEvent>, 'key' | 'store'>, known: Known): void {
  const { key, store = eventDatabase } = search
  void readable(client.getBlock({ blockNumber: known.toBlock }).then(({ hash }) => store.set(key, { ...known, hash })))
}

const bare = ({ eventName, args, blockNumber, logIndex, transactionHash }: KnownEvent): KnownEvent => ({
  ...{ eventName, args, blockNumber, logIndex, transactionHash },
})

function mapOf<Value>(maps: WeakMap<PublicClient, Map<string, Value>>, client: PublicClient): Map<string, Value> {
  const known = maps.get(client) ?? new Map<string, Value>()
  maps.set(client, known)
  return known
}
