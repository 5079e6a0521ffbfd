import type { Hex } from 'viem'
import { keyOf, type Place } from './SegmentStore'

/**
 * The rank of `selfId` in the order in which peers fetch a segment from the gateway. Rank 0 fetches first. Peers that know the
 * same peers compute the same order, and exchange no message for this (rendezvous hashing). The order differs from segment to
 * segment.
 */
export function rankOf({ selfId, others, place }: { selfId: Hex; others: readonly Hex[]; place: Place }): number {
  const ours = scoreOf(selfId, place)
  return others.filter((id) => {
    const theirs = scoreOf(id, place)
    return theirs < ours || (theirs === ours && id < selfId)
  }).length
}

/**
 * FNV-1a with a final mix that spreads the bits. The hash needs no secret. A peer can choose an id with rank 0, but this only
 * makes the other peers wait for one turn.
 */
function scoreOf(id: Hex, place: Place): number {
  let hash = 0x811c9dc5
  for (const character of `${id}/${keyOf(place)}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
