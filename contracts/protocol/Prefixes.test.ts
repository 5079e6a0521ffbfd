import { describe, expect, it } from 'vitest'
import * as PayloadTree from './PayloadTree'
import { NotAscendingError, Prefixes } from './Prefixes'

const data = crypto.getRandomValues(new Uint8Array(50_000))

/** The payload, appended in chunks of 7,000 bytes. */
function arrived(): Prefixes {
  const prefixes = new Prefixes()
  for (let at = 0; at < data.length; at += 7_000) prefixes.append(data.subarray(at, at + 7_000))
  return prefixes
}

describe('Prefixes', () => {
  it('gives the hash of each prefix, wherever the chunks end', async () => {
    const prefixes = arrived()
    for (const length of [0, 1, 7_000, 7_000, 20_000, 50_000])
      expect(await prefixes.hash(length)).toBe(await PayloadTree.hash(data.subarray(0, length)))
  })

  it('gives the hash of a prefix although later bytes have arrived, and of a longer prefix after more bytes have arrived', async () => {
    const prefixes = new Prefixes()
    prefixes.append(data.subarray(0, 10_000))
    expect(await prefixes.hash(4_000)).toBe(await PayloadTree.hash(data.subarray(0, 4_000)))
    prefixes.append(data.subarray(10_000))
    expect(await prefixes.hash(prefixes.byteLength)).toBe(await PayloadTree.hash(data))
  })

  it.each([3_999, 50_001, 4_000.5, Number.NaN])(
    'refuses the prefix of %d bytes after a prefix of 4,000 bytes',
    async (length) => {
      const prefixes = arrived()
      await prefixes.hash(4_000)
      await expect(prefixes.hash(length)).rejects.toThrow(NotAscendingError)
    },
  )
})
