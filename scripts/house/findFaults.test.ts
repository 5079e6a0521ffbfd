import { describe, expect, test } from 'vitest'
import { findFaults } from './findFaults'
import { importsOf } from './imports'
import { doors, type Room, rooms } from './rooms'

const house: readonly Room[] = [
  { path: 'ground', imports: [] },
  { path: 'door.ts', imports: ['ground'] },
  { path: 'first', imports: ['ground'], without: ['wagmi'] },
  { path: 'roof', imports: ['first', 'door.ts'] },
]

/** The faults of the files in `tree`. `tree` has the text of each file, by the path of the file. */
function faults(tree: Record<string, string>, rooms = house): string[] {
  const sources = Object.entries(tree).map(([path, text]) => ({ path, imports: importsOf(path, text) }))
  return findFaults({ rooms, doors: { lp: 'door.ts' }, sources, paths: new Set(Object.keys(tree)) })
}

describe('findFaults', () => {
  test('accepts imports of rooms that are in the `imports` of the importing room', () => {
    const roof = "import { a } from '../first/A'\nimport { d } from 'lp'\nimport { z } from 'zod'"
    const first = "import type { G } from '../ground/G'"
    expect(faults({ 'ground/G.ts': '', 'first/A.ts': first, 'roof/R.tsx': roof, 'door.ts': '' })).toEqual([])
  })

  test('names an import of a room that comes later in the list', () => {
    expect(faults({ 'ground/G.ts': "import { A } from '../first/A'", 'first/A.ts': '' })).toEqual([
      'ground/G.ts imports first/A.ts: the room ground may import no other room.',
    ])
  })

  test('names an import of a room that the importing room must not import, also by the package name of the room', () => {
    const tree = {
      'ground/G.ts': '',
      'roof/R.ts': "import '../ground/G'",
      'first/A.ts': "export * from 'lp'",
      'door.ts': '',
    }
    expect(faults(tree)).toEqual([
      'roof/R.ts imports ground/G.ts: the room roof may import first, door.ts.',
      'first/A.ts imports door.ts: the room first may import ground.',
    ])
  })

  test.each([
    ['of types', "import type { B } from './B'", "import type { A } from './A'"],
    ['of re-exports', "export { b } from './B'", "export * from './A'"],
    ['of a dynamic import', "import './B'", "const a = await import('./A')"],
    ['of a type where it is used', "import './B'", "type A = { a: import('./A').A }"],
  ])('names a circle %s', (_, a, b) => {
    expect(faults({ 'ground/A.ts': a, 'ground/B.ts': b })).toEqual([
      'These files import each other in a circle: ground/A.ts, ground/B.ts.',
    ])
  })

  test('names a circle of imports between contracts', () => {
    const tree = {
      'contracts/src/A.sol': 'import {B} from "./B.sol";',
      'contracts/src/B.sol': 'import {\n    A,\n    C\n} from "./A.sol";',
    }
    expect(faults(tree)).toEqual([
      'These files import each other in a circle: contracts/src/A.sol, contracts/src/B.sol.',
    ])
  })

  test('names product code that imports a test rig, and allows the same import in a test', () => {
    const tree = {
      'ground/testbeds/rig.ts': '',
      'ground/G.ts': "import { rig } from './testbeds/rig'",
      'ground/G.test.ts': "import { rig } from './testbeds/rig'",
    }
    expect(faults(tree)).toEqual([
      'ground/G.ts is product code and imports ground/testbeds/rig.ts, which only tests may import.',
    ])
  })

  test('names an import of a package that the room must not import', () => {
    expect(faults({ 'first/A.ts': "import { useAccount } from 'wagmi'" })).toEqual([
      'first/A.ts imports wagmi: the room first must not know that package.',
    ])
  })

  test('names a file that is in no room, and an import of a file that does not exist', () => {
    expect(faults({ 'shed/S.ts': '', 'ground/G.ts': "import './gone'" })).toEqual([
      'shed/S.ts belongs to no room. Name its room in scripts/house/rooms.ts, or move the file to one.',
      'ground/G.ts imports ./gone, which does not exist.',
    ])
  })

  test('names a room whose `imports` contains a later room of the list', () => {
    const climbing = [
      { path: 'ground', imports: ['first'] },
      { path: 'first', imports: [] },
    ]
    expect(faults({}, climbing)).toEqual([
      'The room ground may import first, which does not come before it in the list. Correct scripts/house/rooms.ts.',
    ])
  })
})

test('every package name in `doors` belongs to a room of the list', () => {
  expect(Object.values(doors).filter((door) => !rooms.some(({ path }) => path === door))).toEqual([])
})
