import type { Hex } from 'viem'

/** The facts about a member of the room that decide which pieces it owns. */
export type Member = {
  readonly id: Hex
  /** `seedOf(id)`, computed once. */
  readonly seed: number
  /** How much the member can upload, from 0 (nothing) to `maxWeight`. 1: its uplink is one and a half times the bitrate. */
  readonly weight: number
}

/** A piece that the player waits for, and the state of its fetch. All times use the same monotonic clock. */
export type Want = {
  /** `seedOf` of the level, the segment and the piece. All members compute the same number. */
  readonly seed: number
  readonly byteLength: number
  /** When we received the signed header that covers the piece. */
  readonly knownAtMs: number
  /** The time at which playback stops if the piece is missing. */
  readonly deadlineMs: number
  /** The piece is older than our membership. We assume that other members hold it, so we take no turn to fetch it from the relay. */
  readonly isBacklog: boolean
  /** `failed`: the relay cannot deliver the piece. */
  readonly relay: 'idle' | 'asked' | 'failed'
  /** The neighbour that we are asking. */
  readonly asked: { readonly neighbourId: Hex; readonly atMs: number; readonly expectedMs: number } | undefined
  /** The neighbours that did not deliver the piece, and the time from which we can ask each of these neighbours again. */
  readonly refusals: ReadonlyMap<Hex, number> | undefined
}

/** The facts about a neighbour that the schedule needs. */
export type Neighbour<AnyWant extends Want = Want> = {
  readonly member: Member
  /** Whether the neighbour plays the level. */
  readonly isFollowing: boolean
  /** We must pay this neighbour before we ask it for pieces. */
  readonly isUnpaid: boolean
  /** The number of members to which the neighbour is connected, as far as we know. */
  readonly degree: number
  readonly rttMs: number
  /** `undefined`: no recent measurement. */
  readonly bytesPerMs: number | undefined
  /** The number and the bytes of our open requests to this neighbour. */
  readonly pendingRequests: number
  readonly pendingBytes: number
  /** The fraction of its uplink that the neighbour uses now, as it told us: from 0 to 1. */
  readonly load: number
  /** The bytes that we recently asked the neighbour for, and the bytes that it recently pushed to us. */
  readonly bytesTaken: number
  /** When the neighbour told us that it holds the piece. `Infinity`: it has not told us so. */
  heldSinceMs(want: AnyWant): number
}

export type Situation<AnyWant extends Want = Want> = {
  readonly nowMs: number
  readonly self: Member
  readonly wants: readonly AnyWant[]
  readonly neighbours: readonly Neighbour<AnyWant>[]
  /** All other members that we know and that follow the level. */
  readonly members: readonly Member[]
  /** The estimated number of members, including us. At least `members.length + 1`. */
  readonly roomSize: number
  /** How long the relay takes for a piece: the longest time of its last answers. */
  readonly relayMs: number
  /** How late our own timers are, because this machine is under load. */
  readonly lagMs: number
  /** Whether members also send pieces without a request. The simulation compares both cases. */
  readonly isPush: boolean
  /** A random number of at least 0 and below 1. */
  random(): number
}

export type Decision<AnyWant extends Want = Want> =
  | {
      readonly type: 'ask'
      readonly want: AnyWant
      readonly neighbourId: Hex
      readonly expectedMs: number
    }
  /** The asked neighbour did not answer in time. */
  | { readonly type: 'drop'; readonly want: AnyWant }
  | { readonly type: 'relay'; readonly want: AnyWant }
  /** The relay has failed, and no neighbour that we can ask holds the piece at its deadline. */
  | { readonly type: 'giveUp'; readonly want: AnyWant }

export type Plan<AnyWant extends Want = Want> = {
  /** In the order of execution. */
  readonly decisions: readonly Decision<AnyWant>[]
  /** When to plan again if no event comes before that time. `Infinity`: never. */
  readonly wakeAtMs: number
  /** Whether at least one piece has no holder that we can ask. Only then can a new holder change the plan before `wakeAtMs`. */
  readonly isWaiting: boolean
}

export const maxWeight = 4
