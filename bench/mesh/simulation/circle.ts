import type { Member } from '../../../relay/src/mesh/pieces/Situation'
import type { Viewer } from './Viewer'

/** A member tells its neighbours its other neighbours at most once in this time. */
const tellEveryMs = 1_000

/** The members that a viewer knows: its neighbours, and the neighbours that these have told. The array changes only with its members. */
export function circleOf(viewer: Viewer, { nowMs, isCircle }: { nowMs: number; isCircle: boolean }): readonly Member[] {
  const isSame = viewer.circleOwnVersion === viewer.version
  if (isSame && nowMs < viewer.circleAtMs + tellEveryMs) return viewer.circle
  viewer.circleOwnVersion = viewer.version
  viewer.circleAtMs = nowMs
  let { version } = viewer
  for (const { peer } of viewer.links) version += peer.version
  if (version === viewer.circleVersion) return viewer.circle
  viewer.circleVersion = version
  const known = new Set<Viewer>()
  for (const { peer } of viewer.links) known.add(peer)
  for (const { peer } of isCircle ? viewer.links : [])
    for (const { peer: other } of peer.links) if (other !== viewer && other.kind !== 'silent') known.add(other)
  viewer.circle = [...known].map(({ member }) => member)
  return viewer.circle
}
