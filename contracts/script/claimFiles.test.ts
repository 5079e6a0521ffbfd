import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Address, getAddress, type Hex, keccak256, parseEther, toHex } from 'viem'
import { expect, test } from 'vitest'
import { AllocationTree } from '../protocol'
import { parse } from './AllocationList'
import { claimFiles, writeClaimFiles } from './claimFiles'
import { localFolder, readClaims, readGenesis } from './Genesis'

type Entry = { index: number; account: Address; amount: string; siblings: Hex[] }

test('the files of 10,000 allocations are small, and prove each allocation exactly once and to the unit', () => {
  const accounts = Array.from({ length: 10_000 }, (_, index) => getAddress(keccak256(toHex(index)).slice(0, 42)))
  const amountOf = (index: number) => `${index % 97}.${String(index + 1).padStart(18, '0')}`
  const list = parse(accounts.map((account, index) => `${account},${amountOf(index)}`).join('\n'))
  const { root, files } = claimFiles(list)
  const summary = JSON.parse(files['index.json'] as string)
  const total = accounts.reduce((sum, _, index) => sum + parseEther(amountOf(index)), 0n)
  expect(summary).toMatchObject({ root, count: 10_000, total: String(total) })
  expect(Object.keys(files)).toHaveLength(257)
  const entries = (summary.shards as string[]).flatMap((name) => JSON.parse(files[`${name}.json`] as string) as Entry[])
  expect(Object.fromEntries(entries.map(({ account, amount }) => [account, BigInt(amount)]))).toEqual(
    Object.fromEntries(accounts.map((account, index) => [account, parseEther(amountOf(index))])),
  )
  expect(entries.map(({ index }) => index)).toEqual(entries.map((_, index) => index))
  for (const { amount, ...entry } of entries)
    if (!AllocationTree.verify({ root, count: 10_000, ...entry, amount: BigInt(amount) }))
      throw new Error(`Allocation ${entry.index} has a wrong proof.`)
  const largest = Math.max(...Object.values(files).map(({ length }) => length))
  expect(largest).toBeLessThan(100_000)
})

test('the order of the lines changes no file', () => {
  const [first, second] = ['0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65', '0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc']
  expect(claimFiles(parse(`${second},1\n${first},2`))).toEqual(claimFiles(parse(`${first},2\n${second},1`)))
})

test('a second run replaces the files of the first run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lp-claims-'))
  const path = writeClaimFiles(readClaims(localFolder), folder)
  expect(writeClaimFiles(readClaims(localFolder), folder)).toBe(path)
  expect(readdirSync(folder)).toEqual([readGenesis(localFolder).claim.root])
  rmSync(folder, { recursive: true })
})

test('the page has the files of the local chain. If not: node scripts/ts.mjs contracts/script/publishGenesis.ts', () => {
  const folder = fileURLToPath(new URL('../../public/genesis', import.meta.url))
  const { root, files } = claimFiles(readClaims(localFolder))
  expect(readdirSync(folder)).toEqual([root])
  const written = readdirSync(join(folder, root)).map((name) => [name, readFileSync(join(folder, root, name), 'utf8')])
  expect(Object.fromEntries(written)).toEqual(files)
})
