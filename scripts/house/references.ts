/** A text of the repository. `path`: from the root. */
export type Text = { path: string; text: string }

/**
 * One sentence for each reference of a text to a thing that does not exist. A Markdown page is checked for links, paths, npm scripts, names
 * of code and numbers of decisions. In all other texts, the comments are checked for paths and numbers of decisions.
 */
export function deadReferences({ path, text }: Text, house: House): string[] {
  const dead = path.endsWith('.md') ? [...inPage({ path, text }, house)] : [...inComments(text, house)]
  return [...new Set(dead)].map((name) => `${path} names ${name}, which does not exist.`)
}

/** All things that a reference can name. */
export type House = {
  /** Each file and folder under all ends of its path: `relay/src/mesh/wire.ts`, `mesh/wire.ts`, `wire.ts`, `mesh/`. */
  places: ReadonlySet<string>
  /** Numbers of the decisions, with three digits. */
  decisions: ReadonlySet<string>
  /** Names of the scripts in package.json. */
  npmScripts: ReadonlySet<string>
  /** Every word of the source code. */
  words: ReadonlySet<string>
}

/** `paths`: all files, from the root. `sources`: the texts whose words count as code. */
export function houseOf({
  paths,
  npmScripts,
  sources,
}: {
  paths: readonly string[]
  npmScripts: readonly string[]
  sources: readonly string[]
}): House {
  const folders = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1)
    return parts.map((_, depth) => `${parts.slice(0, depth + 1).join('/')}/`)
  })
  return {
    places: new Set([...paths, ...new Set(folders)].flatMap(ends)),
    decisions: new Set(paths.flatMap((path) => /^decisions\/(\d{3})-/.exec(path)?.[1] ?? [])),
    npmScripts: new Set(npmScripts),
    words: new Set(sources.flatMap((source) => source.match(/\w+/g) ?? [])),
  }
}

/** `a/b/c.ts` → `a/b/c.ts`, `b/c.ts`, `c.ts`. */
function ends(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, from) => parts.slice(from).join('/')).filter((end) => end !== '')
}

function* inPage({ path, text }: Text, house: House): Generator<string> {
  for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g))
    if (!/^https?:/.test(target) && !isPlace(resolved(path, target), house)) yield target
  for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g))
    if (!house.npmScripts.has(name)) yield `npm run ${name}`
  // A figure such as 0.077 or 230,000 is not a decision.
  for (const [name] of text.matchAll(/(?<![\w.,–-])0\d\d(?![\w.,]?\d)/g)) if (!house.decisions.has(name)) yield name
  for (const [, fenced, quoted] of text.matchAll(/^```\n([\s\S]*?)^```|`([^`\n]+)`/gm)) {
    for (const word of (fenced ?? quoted ?? '').split(/\s+/)) if (isDeadPath(word, house)) yield word
    if (quoted) yield* deadNames(quoted, house)
  }
}

function* inComments(text: string, house: House): Generator<string> {
  for (const [line] of text.matchAll(/^\s*(?:\/\/|\/?\*).*|\s\/\/ .*/gm)) {
    for (const [, name = ''] of line.matchAll(/decisions?[ /](\d{3})\b/g)) if (!house.decisions.has(name)) yield name
    for (const [word] of line.matchAll(/(?<![\w/@.-])[\w.-]+(?:\/[\w.-]+)+/g)) if (isDeadPath(word, house)) yield word
  }
}

/** Whether a word looks like a path in this repository, although no such file or folder exists. */
function isDeadPath(word: string, house: House): boolean {
  const path = word.replace(/[,;:.)]+$/, '').replace(/^(\.{1,2}\/)+/, '')
  if (!/^[\w.-]+(\/[\w.-]+)*\/?$/.test(path)) return false
  const [first = ''] = path.split('/')
  const isRooted = path.includes('/') && topFolders.includes(first)
  if (!isRooted && !path.endsWith('/') && !/\w\.(ts|tsx|mjs|sol|md)$/.test(path)) return false
  const isDecision = /^decisions\/\d{3}$/.test(path)
  return !isDecision && !isPlace(path, house)
}

const topFolders = ['bench', 'contracts', 'decisions', 'e2e', 'public', 'relay', 'scripts', 'web']

const isPlace = (path: string, { places }: House) => places.has(path) || places.has(`${path}/`)

/** The path of a link's target, from the root. */
function resolved(page: string, target: string): string {
  return new URL(target, `file:///${page}`).pathname.slice(1)
}

/** `Claim.verify`, `followDraw`, `matchPrice(price, other)`: every part of a name must be a word of the code. */
function* deadNames(quoted: string, { words }: House): Generator<string> {
  const [, name = ''] = /^([A-Za-z]\w*(?:\.[a-z]\w*)*)(?:\([^)]*\))?$/.exec(quoted) ?? []
  const isFile = /\.[a-z]{1,5}$/.test(name) && !/^[A-Z][A-Za-z]*\.[a-z]+$/.test(name)
  if (isFile || !/[a-z][A-Z]|\./.test(name)) return
  const isWord = (part: string) =>
    [part, `test_${part}`, part[0]?.toLowerCase() + part.slice(1)].some((word) => words.has(word))
  if (!name.split('.').every(isWord)) yield name
}
