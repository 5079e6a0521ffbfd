import { figure } from './figure'
import { tables } from './tables'

/** Files that the command writes, and the test compares. */
export const pagePath = 'decisions/019-self-dealing.md'
export const figurePath = 'decisions/figures/self-dealing.svg'

const begin = '<!-- tables: written by `npm run bench -- selfDealing` -->'
const end = '<!-- /tables -->'

/** The page with the tables that the model gives now. Throws `MarksError` if the page has no place for them. */
export function withTables(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new MarksError()
  return `${page.slice(0, from + begin.length)}\n\n${tables()}\n\n${page.slice(to)}`
}

export { figure, tables }

export class MarksError extends Error {
  override readonly name = 'MarksError'
  constructor() {
    super(`${pagePath} has no place for its tables. Add the lines "${begin}" and "${end}".`)
  }
}
