import { seedOf, turnsBefore } from '../../../relay/src/mesh/pieces/owners'
import type { Viewer } from './Viewer'

/** Of a viewer and its neighbours, this number of viewers ask the relay for parts. */
const partAskers = 2
/** A viewer that has heard nothing for this time asks the relay itself. */
const patienceMs = 1_000
/** The time to check a signature and to send the header on. */
const checkMs = 5

/** Chooses which viewers ask the relay for parts. Viewers that do not upload tell no headers, so they do not count. */
export function chooseAskers(viewers: Iterable<Viewer>, turn: number): void {
  const seed = seedOf(`parts ${turn}`)
  for (const viewer of viewers) {
    const members = viewer.links.flatMap(({ peer }) => (peer.kind === 'silent' ? [] : [peer.member]))
    viewer.asksForParts = turnsBefore({ self: viewer.member, members, seed }) < partAskers
  }
}

/** Computes `headerMs` of each viewer: the time at which it knows the header of a part that the relay has at `nowMs`. */
export function spreadHeader(viewers: Iterable<Viewer>, nowMs: number): void {
  const slots: Viewer[][] = []
  const at = (viewer: Viewer, headerMs: number) => {
    if (headerMs >= viewer.headerMs) return
    viewer.headerMs = headerMs
    const slot = Math.floor(headerMs - nowMs)
    const list = slots[slot]
    if (list) list.push(viewer)
    else slots[slot] = [viewer]
  }
  for (const viewer of viewers) {
    viewer.headerMs = Number.POSITIVE_INFINITY
    at(viewer, nowMs + viewer.relayRttMs / 2 + (viewer.asksForParts ? 0 : patienceMs))
  }
  for (let slot = 0; slot < slots.length; slot++)
    for (const viewer of slots[slot] ?? []) {
      if (Math.floor(viewer.headerMs - nowMs) !== slot || viewer.kind === 'silent') continue
      for (const { peer, rttMs } of viewer.links) if (!peer.isGone) at(peer, viewer.headerMs + rttMs / 2 + checkMs)
    }
}
