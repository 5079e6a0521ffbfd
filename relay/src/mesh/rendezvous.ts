import type { Hex } from 'viem'
import { keyOf, type Place } from './SegmentStore'

/**
 * How many of `others` come before `selfId` when it is settled who fetches a segment first: 0 for the first. Everybody
 * with the same view finds the same order without a word, and another one for each segment.
 */
export function rankOf({ selfId, others, place }: { selfId: Hex; others: readonly Hex[]; place: Place }): number {
  const ours = lot(selfId, place)
  return others.filter((id) => {
    const theirs = lot(id, place)
    return theirs < ours || (theirs === ours && id < selfId)
  }).length
}

/** FNV-1a and a finish that spreads it: no secret, whoever cheats here can only make others wait one turn. */
function lot(id: Hex, place: Place): number {
  let hash = 0x811c9dc5
  for (const character of `${id}/${keyOf(place)}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
