import type { Figures } from '../figures'
import type { Player } from '../viewers/players'

/** One player's result in one row. Figures that the row does not measure are left out. */
export type Result = Partial<Figures> & {
  /** The part of all cores that was busy, from 0 to 1, and the CPU time of one viewer's page, in cores. */
  cpu?: { machine: number; viewer: number }
  /** The figures that only this row has. */
  note?: string
}

export type Row = {
  title: string
  /** The offload of a perfect mesh, from 0 to 1. */
  ideal?: number
  /** The players that only this row measures. */
  morePlayers?: readonly Player[]
  /** `seconds`: the duration of the measurement. If it is undefined, the row uses its own duration. */
  measure(player: Player, seconds: number | undefined): Promise<Result>
}
