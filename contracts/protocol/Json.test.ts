import { expect, it } from 'vitest'
import * as Json from './Json'

it('Json.stringify writes a bigint as a decimal string, and leaves out undefined fields', () => {
  const value = { wei: 2n ** 64n, list: [-1n, 1], text: 'a', absent: undefined }
  expect(Json.stringify(value)).toBe('{"wei":"18446744073709551616","list":["-1",1],"text":"a"}')
  expect(Json.stringify({ wei: 0n }, 2)).toBe('{\n  "wei": "0"\n}')
})
