import type { StreamId } from '@lp/contracts/protocol'
import { canStore, resultOf, type Table, transactIn } from '../resume/database'
import { type EarlyLink, read } from './EarlyLink'

const table: Table = { database: 'lp.early', store: 'links', keyPath: 'streamId' }

/** The link of this browser. Deletes links that are too old. `undefined`: there is none. */
export async function readEarly(): Promise<EarlyLink | undefined> {
  if (!canStore()) return undefined
  return transactIn(table, 'readwrite', async (store) => {
    const values: unknown[] = await resultOf(store.getAll())
    const [early] = values.flatMap((value) => read(value) ?? [])
    if (values.length > (early ? 1 : 0)) store.clear()
    if (early && values.length > 1) store.put(early)
    return early
  })
}

/** Stores the link, unless another tab has stored one. Resolves to the stored link. */
export const addEarly = (early: EarlyLink): Promise<EarlyLink> =>
  transactIn(table, 'readwrite', async (store) => {
    const values: unknown[] = await resultOf(store.getAll())
    const [known] = values.flatMap((value) => read(value) ?? [])
    if (!known) store.put(early)
    return known ?? early
  })

/** After this call, no page can use the key of the link. */
export const removeEarly = async (streamId: StreamId.StreamId): Promise<void> =>
  canStore() ? transactIn(table, 'readwrite', async (store) => void store.delete(streamId)) : undefined
