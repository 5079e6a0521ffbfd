/** The page saw the picture with this number at this Unix time. */
export type Sighting = { picture: number; atMs: number }

/** The film of the camera begins again after some time. Only a sighting at the camera that is at most this old can belong to a viewer’s sighting. */
const longestMs = 20_000

/**
 * The time from the camera to the screen for each sighting of a viewer, in milliseconds. `camera`: the sightings on the page of the
 * broadcaster, oldest first. The camera gives `pictureMs` per picture. A picture that nobody saw at the camera counts from the nearest picture
 * that somebody saw.
 */
export function delaysOf(viewer: readonly Sighting[], camera: readonly Sighting[], pictureMs: number): number[] {
  return viewer.flatMap(({ picture, atMs }) => {
    const near = camera.filter((seen) => seen.atMs <= atMs && seen.atMs > atMs - longestMs)
    const nearest = near.reduce<Sighting | undefined>(
      (best, seen) => (best && Math.abs(best.picture - picture) <= Math.abs(seen.picture - picture) ? best : seen),
      undefined,
    )
    return nearest ? [atMs - nearest.atMs + (nearest.picture - picture) * pictureMs] : []
  })
}
