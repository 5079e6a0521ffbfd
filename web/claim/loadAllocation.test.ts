import { readFileSync } from 'node:fs'
import { localKey } from '@lp/contracts/script/deploy'
import { localFolder, readGenesis } from '@lp/contracts/script/Genesis'
import { parseEther } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { find, parseIndex } from './Allocation'
import { ForgedListError, ListMissingError, loadAllocation, UnreachableError } from './loadAllocation'

const { root, count } = readGenesis(localFolder).claim
const account = privateKeyToAddress(localKey(7))
const base = 'https://site.example/folder/'

/** Serves the files of the page. `change` can replace the text of a file, or the whole answer. */
function serve(change: (name: string, text: string) => string | Response = (_, text) => text): string[] {
  const fetched: string[] = []
  vi.stubGlobal('fetch', async (url: URL) => {
    const name = url.href.replace(`${base}genesis/${root}/`, '')
    fetched.push(name)
    const changed = change(name, readFileSync(`public/genesis/${root}/${name}`, 'utf8'))
    return typeof changed === 'string' ? new Response(changed) : changed
  })
  return fetched
}
afterEach(() => {
  vi.unstubAllGlobals()
})

const load = (of = account) => loadAllocation(of, { root, count }, base)

describe('loadAllocation', () => {
  it('fetches only the file of the first byte of the address', async () => {
    const fetched = serve()
    expect(await load()).toMatchObject({ account, amount: parseEther('1234.5') })
    expect(fetched).toEqual(['index.json', '14.json'])
  })

  it('finds no allocation of an account that is not in the list, with and without a file of its first byte', async () => {
    const fetched = serve()
    expect(await load('0x0000000000000000000000000000000000000001')).toBeUndefined()
    expect(fetched).toEqual(['index.json'])
    expect(await load(`0x14${'00'.repeat(19)}`)).toBeUndefined()
    expect(fetched).toEqual(['index.json', 'index.json', '14.json'])
  })

  it.each([
    ['another amount', (text: string) => text.replace('1234500000000000000000', '9234500000000000000000')],
    ['another index', (text: string) => text.replace(/"index":\d/, '"index":5')],
    ['another sibling', (text: string) => text.replace(/("siblings":\["0x)..../, '$10000')],
    ['a missing sibling', (text: string) => text.replace(/\["0x[\da-f]{64}",/, '[')],
  ])('refuses a file with %s', async (_, change) => {
    serve((name, text) => (name === '14.json' ? change(text) : text))
    await expect(load()).rejects.toThrow(ForgedListError)
  })

  it.each(['', '{', '{"shards":["../secret"]}', '{"shards":5}', 'null', '[]'])('refuses the index %j', async (text) => {
    serve(() => text)
    await expect(load()).rejects.toThrow(ForgedListError)
  })

  it('tells a site without the list from a list that cannot be loaded', async () => {
    serve(() => new Response('', { status: 404 }))
    await expect(load()).rejects.toThrow(ListMissingError)
    serve(() => new Response('<html>', { headers: { 'content-type': 'text/html' } }))
    await expect(load()).rejects.toThrow(ListMissingError)
    serve(() => new Response('', { status: 503 }))
    await expect(load()).rejects.toThrow(UnreachableError)
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    await expect(load()).rejects.toThrow(UnreachableError)
  })
})

describe('a malformed entry', () => {
  const entry = { index: 0, account, amount: '5', siblings: [`0x${'ab'.repeat(32)}`] }
  it.each([
    ...[null, 5, 'text', {}, { ...entry, index: -1 }, { ...entry, index: 2 ** 32 }, { ...entry, index: '0' }],
    ...[
      { ...entry, amount: 5 },
      { ...entry, amount: '-5' },
      { ...entry, amount: '9'.repeat(30) },
    ],
    ...[
      { ...entry, siblings: ['0x12'] },
      { ...entry, siblings: Array(33).fill(entry.siblings[0]) },
    ],
    ...[
      { ...entry, siblings: 'none' },
      { ...entry, account: '0x12' },
    ],
  ])('%j is left out', (value) => {
    expect(find([value], account)).toBeUndefined()
    expect(find([value, entry], account)).toEqual({ ...entry, amount: 5n })
  })

  it('a file that is no list has no allocation, and an index has only names of files', () => {
    expect(find({ 0: entry }, account)).toBeUndefined()
    expect(parseIndex({ shards: ['00', 'ff'] })).toEqual(['00', 'ff'])
    expect(parseIndex({ shards: ['0'] })).toBeUndefined()
    expect(parseIndex({ shards: Array(257).fill('00') })).toBeUndefined()
  })
})
