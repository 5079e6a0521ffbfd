import { expect, test } from 'vitest'
import type { Members } from './Members'
import type { PieceWant } from './PieceWant'
import type { RelayPieces } from './RelayPieces'
import { RelaySource } from './RelaySource'

/** A piece whose request over HTTP has failed some time ago. */
const want = { httpAt: () => 'idle', asked: undefined, refusals: undefined, byteLength: 1 } as unknown as PieceWant

/** A source in a room with these relays, while HTTP does not work. `asked`: the pieces that it asks for over HTTP. */
function sourceOf(...relays: { isUnpaid: boolean; heldSinceMs(): number }[]) {
  const asked: PieceWant[] = []
  const http = { isDown: () => true, fetch: (wants: readonly PieceWant[]) => void asked.push(...wants) }
  const parts = { http: http as unknown as RelayPieces, members: { relays } as unknown as Members }
  return { source: new RelaySource(parts), asked }
}

test('while HTTP fails, the source waits for a relay in the room, but not for a relay that wants money first', () => {
  const waiting = sourceOf({ isUnpaid: false, heldSinceMs: () => Number.POSITIVE_INFINITY })
  waiting.source.fetch([want], 0)
  expect(waiting.asked).toEqual([])
  const unpaid = sourceOf({ isUnpaid: true, heldSinceMs: () => 0 })
  unpaid.source.fetch([want], 0)
  expect(unpaid.asked).toEqual([want])
})
