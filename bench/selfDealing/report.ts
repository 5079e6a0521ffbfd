import { figure } from './figure'
import { tables } from './tables'

/** The files that the command writes. The test compares them with the output of the model. */
export const pagePath = 'decisions/019-self-dealing.md'
export const figurePath = 'decisions/figures/self-dealing.svg'

const begin = '<!-- tables: written by `npm run bench -- selfDealing` -->'
const end = '<!-- /tables -->'

/** The page with the present tables of the model. Throws `MarksError` if the page has no marks around its tables. */
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
