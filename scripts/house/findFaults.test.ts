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
  test('accepts imports of rooms that the list allows', () => {
    const roof = "import { a } from '../first/A'\nimport { d } from 'lp'\nimport { z } from 'zod'"
    const first = "import type { G } from '../ground/G'"
    expect(faults({ 'ground/G.ts': '', 'first/A.ts': first, 'roof/R.tsx': roof, 'door.ts': '' })).toEqual([])
  })

  test('reports a file that imports a room which comes later in the list than the room of the file', () => {
    expect(faults({ 'ground/G.ts': "import { A } from '../first/A'", 'first/A.ts': '' })).toEqual([
      'ground/G.ts imports first/A.ts. The room ground may import only these other rooms: none.',
    ])
  })

  test('reports an import that the list does not allow, both by a relative path and by the package name of a room', () => {
    const tree = {
      'ground/G.ts': '',
      'roof/R.ts': "import '../ground/G'",
      'first/A.ts': "export * from 'lp'",
      'door.ts': '',
    }
    expect(faults(tree)).toEqual([
      'roof/R.ts imports ground/G.ts. The room roof may import only these other rooms: first, door.ts.',
      'first/A.ts imports door.ts. The room first may import only these other rooms: ground.',
    ])
  })

  test.each([
    ['imports of types', "import type { B } from './B'", "import type { A } from './A'"],
    ['exports of names from another file', "export { b } from './B'", "export * from './A'"],
    ['a dynamic import', "import './B'", "const a = await import('./A')"],
    ['an import inside a type', "import './B'", "type A = { a: import('./A').A }"],
  ])('reports files that import each other in a circle through %s', (_, a, b) => {
    expect(faults({ 'ground/A.ts': a, 'ground/B.ts': b })).toEqual([
      'These files import each other in a circle: ground/A.ts, ground/B.ts.',
    ])
  })

  test('reports contracts that import each other in a circle', () => {
    const tree = {
      'contracts/src/A.sol': 'import {B} from "./B.sol";',
      'contracts/src/B.sol': 'import {\n    A,\n    C\n} from "./A.sol";',
    }
    expect(faults(tree)).toEqual([
      'These files import each other in a circle: contracts/src/A.sol, contracts/src/B.sol.',
    ])
  })

  test('reports product code that imports a test rig, and accepts the same import in a test', () => {
    const tree = {
      'ground/testbeds/rig.ts': '',
      'ground/G.ts': "import { rig } from './testbeds/rig'",
      'ground/G.test.ts': "import { rig } from './testbeds/rig'",
    }
    expect(faults(tree)).toEqual([
      'ground/G.ts is product code and imports ground/testbeds/rig.ts, which only tests may import.',
    ])
  })

  test('reports an import of a package that the room must not import', () => {
    expect(faults({ 'first/A.ts': "import { useAccount } from 'wagmi'" })).toEqual([
      'first/A.ts imports wagmi: the room first must not import this package.',
    ])
  })

  test('reports a file that is in no room, and an import of a file that does not exist', () => {
    expect(faults({ 'shed/S.ts': '', 'ground/G.ts': "import './gone'" })).toEqual([
      'shed/S.ts belongs to no room. Add its room to scripts/house/rooms.ts, or move the file into a room.',
      'ground/G.ts imports ./gone, which does not exist.',
    ])
  })

  test('reports a room of the list whose `imports` name a later room', () => {
    const climbing = [
      { path: 'ground', imports: ['first'] },
      { path: 'first', imports: [] },
    ]
    expect(faults({}, climbing)).toEqual([
      'The imports of the room ground name the room first, which does not come before ground in the list. Correct scripts/house/rooms.ts.',
    ])
  })
})

test('every package name in `doors` belongs to a room of the list', () => {
  expect(Object.values(doors).filter((door) => !rooms.some(({ path }) => path === door))).toEqual([])
})
