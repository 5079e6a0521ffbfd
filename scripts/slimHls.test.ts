import { parseAst } from 'vite'
import { expect, it } from 'vitest'
import { withoutLog } from './slimHls'

const slim = (code: string) => withoutLog(code, parseAst)

it('leaves out statements that only write to the log of hls.js, also alone in a branch', () => {
  expect(slim('a(); this.log("level " + level.name); b()')).toBe('a(); ; b()')
  expect(slim('if (x) this.hls.logger.warn("late"); else b()')).toBe('if (x) ; else b()')
  expect(slim('first(); second()')).toBe('first(); second()')
})

it.each([
  'this.log("try " + ++tries)',
  'this.warn((this.state = State.ERROR))',
  'logger.log(await loaded)',
  'console.log(text)',
  'const text = this.log(1)',
  'ok && this.log(1)',
])('keeps %s', (code) => {
  expect(slim(code)).toBe(code)
})
