import { describe, expect, test } from 'vitest'
import { selectorsIn } from './selectors'

const selector = '0x08c379a0'

describe('selectorsIn', () => {
  test.each([
    ['pushed as a word', `0x7f08c379a0${'00'.repeat(28)}5f52`],
    ['pushed and shifted', '0x6308c379a060e01b5f52'],
    ['pushed without its last zeros and shifted', '0x62461bcd60e51b5f52'],
    ['at the end of a word', '0x6308c379a05f526004601cfd'],
  ] as const)('finds a selector that is %s', (_, code) => {
    expect(selectorsIn(code)).toContain(selector)
  })

  test('does not read data as instructions', () => {
    expect([...selectorsIn(`0x7f${'00'.repeat(3)}6308c379a0${'01'.repeat(24)}5f52`)]).toEqual([])
  })
})
