import { StreamId } from '@lp/contracts/protocol'
import * as ShareLink from '../../config/ShareLink'
import { createStream, type NewStream } from '../NewStream'
import type { SealedKey } from '../resume/sealedKey'
import { openKey } from '../resume/takeUp'

/** The link to a stream that has not started yet, and the key of this stream. One link per browser (decision 073). */
export type EarlyLink = {
  streamId: StreamId.StreamId
  streamKey: SealedKey
  /** Unix time. Later, the page forgets the key, and viewers do not wait any more. */
  untilMs: number
}

/** For this time, viewers who open the link read that the stream starts soon. */
const lifetimeMs = 7 * 24 * 3_600_000

export async function create({ mayRecord }: { mayRecord: boolean }): Promise<EarlyLink> {
  const { streamId, seal } = createStream({ mayRecord })
  return { streamId, streamKey: await seal(), untilMs: Date.now() + lifetimeMs }
}

/** The stream of the link. Throws `LostKeyError`. */
export const open = async (early: EarlyLink): Promise<NewStream> => ({
  ...{ streamId: early.streamId, streamKey: await openKey(early), seal: async () => early.streamKey },
})

export const linkOf = ({ streamId, untilMs }: Pick<EarlyLink, 'streamId' | 'untilMs'>): string =>
  ShareLink.create({ streamId, soonUntilMs: untilMs })

/** `undefined`: the link is too old, or another version of the page has stored it. */
export function read(value: unknown): EarlyLink | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const early = value as EarlyLink
  try {
    const isRight = typeof early.untilMs === 'number' && early.untilMs > Date.now() && 'aes' in early.streamKey
    return isRight ? { ...early, streamId: StreamId.parse(early.streamId) } : undefined
  } catch {
    return undefined
  }
}
