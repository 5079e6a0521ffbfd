import type { Client } from 'viem'
import { logOf } from '../log'
import { isPerhapsTooSlow, isRangeRefused } from './isRangeRefused'
import * as RangeLimit from './RangeLimit'

const log = logOf('chain')

/** A range of blocks. It includes the first and the last block. */
export type BlockRange = { fromBlock: bigint; toBlock: bigint }

export type EventSearch<Result> = BlockRange & {
  /** Requests the events of these blocks from the RPC. */
  read(range: BlockRange): Promise<Result>
  /** Reads the last page first. */
  isBackward?: boolean
}

const limits = new WeakMap<Client, RangeLimit.RangeLimit>()

/** After an RPC has failed for three ranges one after another, and the second and the third range were much shorter, the search ends. */
const maxFailures = 3

/**
 * Reads events page by page. After the RPC has refused a page, the next page is shorter. If the RPC
 * fails, the search tries two much shorter pages before it ends. After an answer, the next page can be longer.
 * The next search of the same client begins with the page length that this search has reached. If `read` fails, the caller can start a
 * new search after the last page that it received. Rejects with the error of `read`, unless a shorter page can avoid the error.
 */
export async function* eventPages<Result>(
  client: Client,
  { fromBlock, toBlock, read, isBackward = false }: EventSearch<Result>,
): AsyncGenerator<BlockRange & { result: Result }> {
  const before = limits.get(client) ?? RangeLimit.unknown
  let limit = before
  let [first, last] = [fromBlock, toBlock]
  let failures = 0
  while (first <= last) {
    const blocks = limit.blocks < last - first + 1n ? limit.blocks : last - first + 1n
    const page = isBackward
      ? { fromBlock: last - blocks + 1n, toBlock: last }
      : { fromBlock: first, toBlock: first + blocks - 1n }
    let result: Result
    try {
      result = await read(page)
    } catch (error) {
      const isRefused = isRangeRefused(error)
      if (!isRefused && !(isPerhapsTooSlow(error) && ++failures < maxFailures)) throw error
      if (blocks === 1n) {
        // The RPC refused one block, so the length was not the reason for the refusals. The limit of the client is set back to its value
        // before this search.
        limits.set(client, before)
        throw error
      }
      log.debug('the RPC gave no events for a range of blocks', () => ({ blocks, error: (error as Error).message }))
      limit = isRefused ? RangeLimit.afterRefusal(blocks) : RangeLimit.afterFailure(blocks)
      continue
    }
    failures = 0
    limit = RangeLimit.afterAnswer(limit, blocks)
    limits.set(client, limit)
    if (isBackward) last = page.fromBlock - 1n
    else first = page.toBlock + 1n
    yield { ...page, result }
  }
}

/** Reads all events of the blocks page by page, as `eventPages` does, and returns them in one list. */
export async function readEvents<Event>(client: Client, search: EventSearch<readonly Event[]>): Promise<Event[]> {
  const events: Event[] = []
  for await (const { result } of eventPages(client, search)) events.push(...result)
  return events
}
