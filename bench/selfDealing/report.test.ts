import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { figure, figurePath, MarksError, pagePath, withTables } from './report'

const advice = 'Run `npm run bench -- selfDealing` and commit what it writes.'

test('the page has the tables that the model gives today', () => {
  const page = readFileSync(pagePath, 'utf8')
  expect(page, advice).toBe(withTables(page))
})

test('the figure is the one that the model gives today', () => {
  expect(readFileSync(figurePath, 'utf8'), advice).toBe(figure())
})

test('a page without a place for tables is left alone', () => {
  expect(() => withTables('# A page')).toThrow(MarksError)
})
