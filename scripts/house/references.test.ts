import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { deadReferences, houseOf } from './references'

describe('deadReferences', () => {
  const house = houseOf({
    paths: ['relay/src/mesh/wire.ts', 'decisions/022-how-the-wire-grows.md', 'README.md'],
    npmScripts: ['bench'],
    sources: ['export function decode() {}', 'class Room { avoid() {} }'],
  })
  const dead = (path: string, text: string) => deadReferences({ path, text }, house)
  const names = (path: string, name: string) => [`${path} names ${name}, which does not exist.`]

  test('accepts references to existing things, and texts that are not references', () => {
    const page = [
      '[wire](../relay/src/mesh/wire.ts), [paper](https://example.org/a.md), [below](#below)',
      '`mesh/wire.ts`, `wire.ts`, `relay/src/mesh`, `decisions/022`, `Room.avoid`, `decode(bytes)`, (022), `npm run bench`',
      '`hls.js`, `and/or`, `receipts/<jobId>.jsonl`, 230,000, 0.077, `kill -9`',
      '```\nsrc/mesh/   peers\n```',
    ]
    expect(dead('decisions/022-how-the-wire-grows.md', page.join('\n'))).toEqual([])
    expect(
      dead('relay/a.ts', "// See decision 022 and relay/src/mesh/wire.ts.\nconst a = 'relay/src/gone.ts'"),
    ).toEqual([])
  })

  test.each([
    ['a link', '[x](relay/gone.ts)', 'relay/gone.ts'],
    ['a file in backticks', '`mesh/gone.ts`', 'mesh/gone.ts'],
    ['a folder in backticks', '`relay/src/gone`', 'relay/src/gone'],
    ['a folder of a tree', '```\nsrc/gone/   nothing\n```', 'src/gone/'],
    ['a file of a command', '```\nnode scripts/gone.mjs\n```', 'scripts/gone.mjs'],
    ['a function', '`Room.gone`', 'Room.gone'],
    ['a name', '`goneFar`', 'goneFar'],
    ['an npm script', 'npm run gone', 'npm run gone'],
    ['a decision', 'see (016).', '016'],
  ])('reports %s that a page names and that does not exist', (_, text, name) => {
    expect(dead('README.md', text)).toEqual(names('README.md', name))
  })

  test.each([
    ['// decision 016', '016'],
    ['const a = 1 // see decisions/016', '016'],
    [' * As in relay/src/gone.ts.', 'relay/src/gone.ts.'],
  ])('reports that the comment %s names a thing that does not exist', (comment, name) => {
    expect(dead('relay/a.ts', comment)).toEqual(names('relay/a.ts', name))
  })
})

describe('the repository', () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  const paths = listed.split('\n').filter((path) => path && existsSync(path))
  const texts = paths
    .filter((path) => /\.(tsx?|mjs|js|sol|md)$/.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const isThisTest = (path: string) => path.startsWith('scripts/house/references')
  /** Names from the paper and from Biome. Our code does not contain these names. */
  const foreignNames = 'InflationRate noNodejsModules'
  const sources = texts.filter(({ path }) => !path.endsWith('.md') && !isThisTest(path)).map(({ text }) => text)
  const house = houseOf({ paths, npmScripts: Object.keys(scripts), sources: [...sources, foreignNames] })

  test('has no dead reference in its pages and comments', () => {
    const checked = texts.filter(({ path }) => !isThisTest(path))
    expect(checked.flatMap((text) => deadReferences(text, house))).toEqual([])
  })

  test('in the examples of `LP_LOG` and `?log=`, names only rooms that write a log', () => {
    const rooms = new Set(
      texts.flatMap(({ text }) => [...text.matchAll(/\blogOf\('(\w+)'\)/g)].map(([, room]) => room)),
    )
    const examples = texts
      .filter(({ path }) => path.endsWith('.md'))
      .flatMap(({ text }) => [...text.matchAll(/(?:LP_LOG=|\?log=)(\w+):/g)].map(([, room]) => room))
    expect(examples.length).toBeGreaterThan(0)
    expect(examples.filter((room) => !rooms.has(room))).toEqual([])
  })

  test('has a table of faults in README: each row names at least one test, and all of these tests exist', () => {
    const [, section = ''] = readFileSync('README.md', 'utf8').split('## When something fails')
    const [, , ...rows] =
      section
        .split('\n## ')[0]
        ?.split('\n')
        .filter((line) => line.startsWith('|')) ?? []
    expect(rows.length).toBeGreaterThan(20)
    const isTest = (path: string) => /\.(test|long|spec)\.tsx?$/.test(path) && paths.includes(path)
    const testsOf = (row: string) =>
      [...(row.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path as string)
    expect(rows.filter((row) => testsOf(row).length === 0 || !testsOf(row).every(isTest))).toEqual([])
  })

  test('lists each decision in decisions/README.md', () => {
    const index = readFileSync('decisions/README.md', 'utf8')
    const pages = paths.filter((path) => /^decisions\/\d/.test(path)).map((path) => path.replace('decisions/', ''))
    expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([])
  })
})
