import type { StreamCover } from '@lp/contracts/protocol'
import type { MeshStats } from '../mesh/Mesh'
import type { Level } from '../playlist/levels'
import type { Sale } from '../records/Sale'
import type { StreamState } from './streamState'

/** The facts of a stream that a page shows. Each change makes a new object. `bytesFromRelays` includes the bytes that came over HTTP. */
export type Snapshot = MeshStats & {
  state: StreamState
  /** The error of the state `failed`. */
  error: unknown
  /** The source, then its renditions from high to low; empty until the first feed. */
  levels: readonly Level[]
  /** The signed price and key servers of a paid stream. `undefined`: the stream is free, or not known yet. */
  sale?: Sale | undefined
  /** The checked title and poster. `undefined`: the stream has none, or none is known yet. */
  cover?: StreamCover.StreamCover | undefined
  /** Whether no relay answers at present. Other viewers can still send the stream. */
  isAlone: boolean
  /** How often relays and viewers sent wrong data or failed, by the name of the error: `{ 'Segment.WrongPayloadError': 1 }`. */
  refused: Readonly<Record<string, number>>
}
