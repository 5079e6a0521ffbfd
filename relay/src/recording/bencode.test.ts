import { describe, expect, test } from 'vitest'
import * as bencode from './bencode'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('bencode', () => {
  test('writes the keys of a dictionary in order, and reads the same dictionary', () => {
    const value = new Map<string, bencode.Value>([
      ['piece length', 262_144],
      ['lp', new Map([['version', 1]])],
      ['name', bytes('a')],
    ])
    const encoded = bencode.encode(value)
    expect(text(encoded)).toBe('d2:lpd7:versioni1ee4:name1:a12:piece lengthi262144ee')
    expect(bencode.decode(encoded)).toEqual(value)
  })

  test.each([
    ['i1e', 'no dictionary'],
    ['de ', 'bytes after the dictionary'],
    ['d1:a', 'no end'],
    ['d1:ai1e', 'no end of the dictionary'],
    ['d1:ai01ee', 'a leading zero'],
    ['d1:ai-1ee', 'a negative integer'],
    ['d1:aiee', 'an empty integer'],
    ['d1:ai9007199254740992ee', 'an integer that is not safe'],
    ['d01:ai1ee', 'a length with a leading zero'],
    ['d1:a9:abce', 'a string that is too short'],
    ['d1:bi1e1:ai1ee', 'keys that are not in order'],
    ['d1:ai1e1:ai1ee', 'a repeated key'],
    ['d1:alee', 'a list'],
    [`${'d1:a'.repeat(5)}i1e${'e'.repeat(5)}`, 'dictionaries that are nested too deep'],
    [`d65:${'a'.repeat(65)}i1ee`, 'a key that is too long'],
  ])('refuses %s: %s', (encoded) => {
    expect(() => bencode.decode(bytes(encoded))).toThrow(bencode.NotCanonicalError)
  })

  test('refuses a damaged dictionary with a typed error, or reads a dictionary whose encoding is exactly these bytes (20,000 random dictionaries)', () => {
    const original = bencode.encode(
      new Map<string, bencode.Value>([
        [
          'lp',
          new Map<string, bencode.Value>([
            ['end', bytes('abcdef')],
            ['version', 1],
          ]),
        ],
        ['length', 12_345],
      ]),
    )
    let state = 1
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((state / 2_147_483_648) * below)
    }
    let read = 0
    for (let round = 0; round < 20_000; round++) {
      const damaged = original.slice(0, random(4) === 0 ? random(original.length) : original.length)
      for (let change = random(3); change >= 0 && damaged.length > 0; change--)
        damaged[random(damaged.length)] = random(256)
      try {
        if (Buffer.compare(bencode.encode(bencode.decode(damaged)), damaged) !== 0)
          expect.fail(`The decoder read another dictionary than these bytes encode: ${damaged}`)
        read++
      } catch (error) {
        if (!(error instanceof bencode.NotCanonicalError)) throw error
      }
    }
    expect(read).toBeGreaterThan(500)
  })
})
