import type { Member } from '../../../relay/src/mesh/pieces/Situation'
import { isProven, isReliable } from '../../../relay/src/mesh/pieces/serve'
import type { Viewer } from './Viewer'

/** A member tells its neighbours its other neighbours at most once in this time. */
const tellEveryMs = 1_000

/**
 * The members that a viewer knows: its neighbours, and the neighbours that these have told. The array changes only with its members. The
 * rules are those of `Circle` and `PieceNeighbour.owner` in the mesh.
 */
export function circleOf(viewer: Viewer, { nowMs, isCircle }: { nowMs: number; isCircle: boolean }): readonly Member[] {
  const isSame = viewer.circleOwnVersion === viewer.version
  if (isSame && nowMs < viewer.circleAtMs + tellEveryMs) return viewer.circle
  viewer.circleOwnVersion = viewer.version
  viewer.circleAtMs = nowMs
  let { version } = viewer
  for (const { peer } of viewer.links) version += peer.version
  if (version === viewer.circleVersion) return viewer.circle
  viewer.circleVersion = version
  const known = new Map<Viewer, Member>()
  for (const toPeer of isCircle ? viewer.links : []) {
    toPeer.named = 0
    for (const link of toPeer.peer.links) {
      if (link.peer.kind === 'silent' || !isProven(link)) continue
      toPeer.named++
      if (link.peer !== viewer) known.set(link.peer, link.member)
    }
  }
  for (const link of viewer.links) known.set(link.peer, isReliable(link) ? link.member : { ...link.member, weight: 0 })
  viewer.circle = [...known.values()]
  return viewer.circle
}
