import { type Member, maxWeight } from './Situation'

/** A viewer has at most 16 neighbours. So a room in which each member is connected to all others has at most this many members. */
export const fullMeshSize = 17

/**
 * How many turns we wait before we fetch a piece from the relay, if no neighbour holds the piece. 0: we own the piece.
 * Members that know the same members compute the same order, and exchange no message for this (rendezvous hashing, weighted by
 * uplink). Members that upload nothing share the last turn, because they do not wait for each other.
 */
export function turnsBefore(place: { self: Member; members: readonly Member[]; seed: number }): number {
  const { turns } = memoOf(place.self, place.members)
  const known = turns.get(place.seed) ?? countTurns(place)
  turns.set(place.seed, known)
  return known
}

type Memo = { self: Member; turns: Map<number, number>; owners: Map<number, Member | undefined> }
const memos = new WeakMap<readonly Member[], Memo>()
/** A viewer waits for fewer pieces than this. */
const maxMemo = 512

/**
 * The results that we have computed for these members. Each plan needs them again. A caller that keeps the array until its members change
 * saves time.
 */
function memoOf(self: Member, members: readonly Member[]): Memo {
  const known = memos.get(members)
  if (known?.self === self && known.turns.size + known.owners.size < maxMemo) return known
  const memo = { self, turns: new Map(), owners: new Map() }
  memos.set(members, memo)
  return memo
}

function countTurns({ self, members, seed }: Parameters<typeof turnsBefore>[0]): number {
  const ours = scoreOf(self, seed)
  let rank = 0
  for (const member of members) if (isBefore(member, self, seed, ours)) rank++
  return rank
}

/** The member that owns a piece, if it is not `self`. `undefined`: we own the piece. */
export function ownerOf(members: readonly Member[], self: Member, seed: number): Member | undefined {
  const { owners } = memoOf(self, members)
  if (!owners.has(seed)) owners.set(seed, findOwner(members, self, seed))
  return owners.get(seed)
}

function findOwner(members: readonly Member[], self: Member, seed: number): Member | undefined {
  let best = self
  let bestScore = scoreOf(self, seed)
  for (const member of members) {
    if (!isBefore(member, best, seed, bestScore)) continue
    best = member
    bestScore = scoreOf(member, seed)
  }
  return best === self ? undefined : best
}

const isBefore = (member: Member, other: Member, seed: number, otherScore: number): boolean => {
  if (member.weight <= 0) return false
  const score = scoreOf(member, seed)
  return score < otherScore || (score === otherScore && member.id < other.id)
}

/** The member with the lowest score owns the piece. A member's chance of the lowest score is proportional to its weight. */
function scoreOf({ seed: member, weight }: Member, seed: number): number {
  if (weight <= 0) return Number.POSITIVE_INFINITY
  return -Math.log(uniformOf(member, seed)) / Math.min(weight, maxWeight)
}

/** A number above 0 and below 1, the same for the same two seeds. */
export const uniformOf = (seed: number, other: number): number =>
  (mix(seed ^ Math.imul(other, 0x9e3779b1)) + 1) / (2 ** 32 + 1)

/**
 * FNV-1a with a final mix that spreads the bits. The hash needs no secret. A peer can choose an id with rank 0, but this only makes
 * the other peers wait for one turn.
 */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mix(hash)
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
