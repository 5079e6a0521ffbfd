// The geometry of the picture of the mesh, in the units of its view box.

export type Point = { readonly x: number; readonly y: number }

export const size = { width: 400, height: 220 }
export const you: Point = { x: 150, y: 110 }
export const relay: Point = { x: 34, y: 110 }
export const radius = { you: 15, relay: 12, viewer: 7 }
/** The distance between a node and the end of a line. */
const gap = 5
/** A line is shorter by this length, because the head of its arrow reaches beyond the end of the line. */
const arrow = 4
/** The widest line: 3 Mbit/s or more. */
const widest = { px: 5, bitrate: 3e6 }
const thinnestPx = 1.25

/** The viewers are on an arc at the right side. */
export function placeOf(index: number, count: number): Point {
  const reach = (Math.min(1, (count - 1) / 6) * 66 * Math.PI) / 180
  const angle = count === 1 ? 0 : -reach + (2 * reach * index) / (count - 1)
  return { x: you.x + 232 * Math.cos(angle), y: you.y + 106 * Math.sin(angle) }
}

export const widthOf = (bitrate: number): number =>
  thinnestPx + (widest.px - thinnestPx) * Math.min(1, Math.sqrt(bitrate / widest.bitrate))

/**
 * A curve between two nodes, with a gap between the curve and each node. `bend`: the distance of the curve's control point from the
 * straight line.
 */
export function curve(from: Point, to: Point, fromRadius: number, toRadius: number, bend: number): string {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy)
  const [ux, uy] = [dx / length, dy / length]
  const at = (along: number, aside: number): Point => ({
    x: from.x + ux * along - uy * aside,
    y: from.y + uy * along + ux * aside,
  })
  const start = at(fromRadius + gap, bend / 3)
  const end = at(length - toRadius - gap - arrow, bend / 3)
  const middle = at(length / 2, bend)
  const text = ({ x, y }: Point) => `${x.toFixed(1)},${y.toFixed(1)}`
  return `M${text(start)} Q${text(middle)} ${text(end)}`
}
