import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { figure, figurePath, MarksError, pagePath, withTables } from './report'

const advice = 'Run `npm run bench -- selfDealing` and commit the files that it writes.'

test('decision 019 contains the tables that the model computes now', () => {
  const page = readFileSync(pagePath, 'utf8')
  expect(page, advice).toBe(withTables(page))
})

test('the stored drawing is the drawing that the model computes now', () => {
  expect(readFileSync(figurePath, 'utf8'), advice).toBe(figure())
})

test('`withTables` throws an error if the page has no marks around its tables', () => {
  expect(() => withTables('# A page')).toThrow(MarksError)
})
