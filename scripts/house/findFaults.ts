import { resolve, type Source } from './imports'
import type { Room } from './rooms'

export type House = {
  rooms: readonly Room[]
  /** For each package name under which a room can be imported, the path of this room. */
  doors: Readonly<Record<string, string>>
  sources: readonly Source[]
  /** Paths of all files of the repository. An import of a path that is not in this set is a fault. */
  paths: ReadonlySet<string>
}

/**
 * One sentence for each fault. These are faults: an import circle; an import of a file that does not exist; an import of a room or a package
 * that the importing room must not import; a product file that imports a test rig; a product file in no room; a room whose `imports` name a
 * later room of the list.
 */
export function findFaults({ rooms, doors, sources, paths }: House): string[] {
  const edges = new Map(
    sources.map(({ path, imports }) => [path, imports.flatMap((name) => target({ path, name, doors, paths }))]),
  )
  const product = sources.filter(({ path }) => !isTest(path))
  return [
    ...roomsThatClimb(rooms),
    ...product.flatMap(({ path, imports }) => [
      ...brokenBoundaries({ path, targets: edges.get(path) ?? [], rooms }),
      ...forbiddenPackages({ path, imports, rooms }),
    ]),
    ...circles(edges),
  ]
}

/** Whether a file is a test or a test rig. These files may import all rooms. Product files must not import them. */
export const isTest = (path: string): boolean =>
  /\.(test|long|spec)\.tsx?$|\.t\.sol$|(^|\/)testbeds\/|^contracts\/test\//.test(path)

function roomsThatClimb(rooms: readonly Room[]): string[] {
  return rooms.flatMap(({ path, imports }, floor) =>
    imports
      .filter((name) => !rooms.slice(0, floor).some((room) => room.path === name))
      .map(
        (name) =>
          `The imports of the room ${path} name the room ${name}, which does not come before ${path} in the list. Correct scripts/house/rooms.ts.`,
      ),
  )
}

type Target = { room?: string; path?: string; unresolved?: string }

function target({
  path,
  name,
  doors,
  paths,
}: { path: string; name: string } & Pick<House, 'doors' | 'paths'>): Target[] {
  if (name.startsWith('.')) {
    const file = resolve(path, name, paths)
    return [file ? { path: file } : { unresolved: name }]
  }
  const door = Object.keys(doors)
    .filter((door) => name === door || name.startsWith(`${door}/`))
    .sort((one, other) => other.length - one.length)[0]
  return door ? [{ room: doors[door] as string }] : []
}

function brokenBoundaries({
  path,
  targets,
  rooms,
}: {
  path: string
  targets: readonly Target[]
  rooms: readonly Room[]
}): string[] {
  const isSolidity = path.endsWith('.sol')
  const own = roomOf(path, rooms)
  if (!own && !isSolidity)
    return [`${path} belongs to no room. Add its room to scripts/house/rooms.ts, or move the file into a room.`]
  return targets.flatMap(({ path: file, room, unresolved }) => {
    if (unresolved) return [`${path} imports ${unresolved}, which does not exist.`]
    if (file && isTest(file)) return [`${path} is product code and imports ${file}, which only tests may import.`]
    if (!own || isSolidity) return []
    const other = room ?? (file && roomOf(file, rooms)?.path)
    if (!other || other === own.path || own.imports.includes(other)) return []
    return [
      `${path} imports ${file ?? other}. The room ${own.path} may import only these other rooms: ${own.imports.join(', ') || 'none'}.`,
    ]
  })
}

function forbiddenPackages({ path, imports, rooms }: Source & { rooms: readonly Room[] }): string[] {
  const { without = [], path: room } = roomOf(path, rooms) ?? { path: '' }
  return imports
    .filter((name) => without.some((forbidden) => name === forbidden || name.startsWith(`${forbidden}/`)))
    .map((name) => `${path} imports ${name}: the room ${room} must not import this package.`)
}

const roomOf = (path: string, rooms: readonly Room[]) =>
  rooms.find((room) => path === room.path || path.startsWith(`${room.path}/`))

/** Tarjan's strongly connected components. A component of two or more files is a circle. A file that imports itself is a circle too. */
function circles(edges: ReadonlyMap<string, readonly Target[]>): string[] {
  const found: string[] = []
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const visit = (path: string) => {
    order.set(path, order.size)
    low.set(path, order.get(path) as number)
    stack.push(path)
    for (const { path: next } of edges.get(path) ?? []) {
      if (!next || !edges.has(next)) continue
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) low.set(path, Math.min(low.get(path) as number, low.get(next) as number))
      if (next === path) found.push(`${path} imports itself.`)
    }
    if (low.get(path) !== order.get(path)) return
    const circle = stack.splice(stack.indexOf(path))
    if (circle.length > 1) found.push(`These files import each other in a circle: ${circle.sort().join(', ')}.`)
  }
  for (const path of edges.keys()) if (!order.has(path)) visit(path)
  return found
}
