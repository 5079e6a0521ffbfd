import type { Member } from '../../../relay/src/mesh/pieces/Situation'
import type { Agenda } from './Agenda'
import type { Counters } from './Counters'
import type { Link, Viewer } from './Viewer'

/** The clock, the random numbers and the facts about the mesh, which all viewers share. */
export type Room = {
  readonly agenda: Agenda
  readonly random: () => number
  readonly counters: Counters
  readonly isPush: boolean
  /** How far behind live the players play in a small room. */
  readonly targetMs: number
  /** The other members that the viewer knows. */
  readonly members: (viewer: Viewer) => readonly Member[]
  /** The time at which the machine of this viewer has processor time again. */
  runsAtMs(viewer: Viewer): number
  /** The viewer bans the neighbour and closes the link. */
  ban(viewer: Viewer, link: Link): void
  /** A piece arrives. `link`: the receiver's view of the sender; `undefined` if the piece comes from the relay. */
  receive(viewer: Viewer, piece: number, link: Link | undefined): void
}
