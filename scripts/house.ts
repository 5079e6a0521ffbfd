import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { findFaults } from './house/findFaults'
import { importsOf } from './house/imports'
import { doors, rooms } from './house/rooms'
import { StartError } from './StartError'

/** Fails if there is an import circle, an import of a room that the importing room must not import, or product code that imports a test rig. */
export default function house(): void {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  const paths = new Set(listed.split('\n').filter((path) => path && existsSync(path)))
  const sources = [...paths]
    .filter((path) => /\.(tsx?|sol)$/.test(path))
    .map((path) => ({ path, imports: importsOf(path, readFileSync(path, 'utf8')) }))
  const faults = findFaults({ rooms, doors, sources, paths })
  if (faults.length > 0) throw new StartError(faults.join('\n'))
  console.log(`${sources.length} files in ${rooms.length} rooms: no circle, no import against the order of the rooms.`)
}
