import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { figure, figurePath, MarksError, pagePath, withTables } from './report'

const advice = 'Run `npm run bench -- selfDealing` and commit the files that it writes.'

test('the page has the present tables of the model', () => {
  const page = readFileSync(pagePath, 'utf8')
  expect(page, advice).toBe(withTables(page))
})

test('the figure is the present figure of the model', () => {
  expect(readFileSync(figurePath, 'utf8'), advice).toBe(figure())
})

test('a page without a place for tables is an error', () => {
  expect(() => withTables('# A page')).toThrow(MarksError)
})
