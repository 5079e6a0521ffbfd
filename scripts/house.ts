import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { findFaults } from './house/findFaults'
import { importsOf } from './house/imports'
import { doors, rooms } from './house/rooms'
import { StartError } from './StartError'

/** Prints all faults in the imports of the repository, and fails if there is a fault. `findFaults` defines the faults. */
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
