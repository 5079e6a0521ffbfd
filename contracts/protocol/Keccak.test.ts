import { keccak256 } from 'viem'
import { afterEach, describe, expect, it, vi } from 'vitest'

/** The `PayloadTree.hash` of the bytes 0 to 99, computed with the WASM keccak. */
const expected = '0x0d4520c98fc05779999f5bb2caba08634c50315f179ab1c627cbf096da83e239'
const bytes = crypto.getRandomValues(new Uint8Array(1_000))

describe('keccak', () => {
  afterEach(() => vi.unstubAllGlobals())

  it.each([
    ['with WebAssembly', () => undefined],
    ['without WebAssembly', () => vi.stubGlobal('WebAssembly', undefined)],
    [
      'if a policy of the page forbids WebAssembly',
      () =>
        vi.stubGlobal('WebAssembly', {
          compile: () => Promise.reject(new Error('Refused by the Content Security Policy')),
          instantiate: () => Promise.reject(new Error('Refused by the Content Security Policy')),
        }),
    ],
  ])('gives the same hash %s', async (_, prepare) => {
    prepare()
    vi.resetModules()
    const { load } = await import('./Keccak')
    const PayloadTree = await import('./PayloadTree')
    expect((await load())(bytes)).toEqual(keccak256(bytes, 'bytes'))
    expect(await PayloadTree.hash(Uint8Array.from({ length: 100 }, (_, index) => index))).toBe(expected)
  })
})
