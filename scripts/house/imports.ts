import { posix } from 'node:path'
import { parseSync } from 'vite'

/** A file of the repository. `path`: from the root. `imports`: the names of the imported modules, as the file writes them. */
export type Source = { path: string; imports: readonly string[] }

/** The names of all modules from which a TypeScript or Solidity file imports or exports. This includes dynamic imports and imports of types. */
export function importsOf(path: string, text: string): string[] {
  if (path.endsWith('.sol'))
    return [...text.matchAll(/^\s*(?:import|\})[^;]*?["']([^"']+)["'];/gm)].map(([, name]) => name as string)
  const { module, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path} cannot be parsed: ${errors[0].message}`)
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => literal(text.slice(start, end)) ?? []),
    // The type `import('…').Name` names a module in the middle of the code.
    ...[...text.matchAll(/\btypeof import\(\s*(['"])([^'"]+)\1|[:<|&=]\s*import\(\s*(['"])([^'"]+)\3/g)].map(
      ([, , one, , other]) => (one ?? other) as string,
    ),
  ]
}

const literal = (expression: string) => /^(['"`])([^'"`$]*)\1$/.exec(expression.trim())?.[2]

/** The file that a relative import names; `undefined` if it does not exist. `paths`: all files of the repository. */
export function resolve(from: string, name: string, paths: ReadonlySet<string>): string | undefined {
  const base = posix.join(posix.dirname(from), name.replace(/[?#].*$/, ''))
  return endings.map((ending) => base + ending).find((path) => paths.has(path))
}

const endings = ['', '.ts', '.tsx', '.d.ts', '.mjs', '.js', '/index.ts']
