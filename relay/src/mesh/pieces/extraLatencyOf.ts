import { fullMeshSize } from './owners'

/** For each member that is too much for a full mesh, and in total. Between the two, the latency changes slowly with the size of the room. */
const msPerMember = 250
const mostMs = 2_000

/**
 * How much later than in a small room the viewers of a room should play. If not all members are neighbours, a piece passes several members
 * before it reaches the last one.
 */
export const extraLatencyOf = (roomSize: number): number =>
  Math.min(mostMs, Math.max(0, roomSize - fullMeshSize) * msPerMember)
