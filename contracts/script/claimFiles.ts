import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { AllocationTree } from '../protocol'
import { totalOf } from './AllocationList'

/**
 * The files from which the page reads allocations and proofs, by their names. `index.json` says which other files there are. Each other file
 * has the allocations of all addresses that begin with the same byte, so the page fetches a 256th of a large list.
 */
export function claimFiles(list: readonly AllocationTree.Allocation[]): { root: Hex; files: Record<string, string> } {
  const tree = AllocationTree.build(list)
  const root = AllocationTree.root(tree)
  const shards = new Map<string, unknown[]>()
  list.forEach(({ account, amount }, index) => {
    const name = account.slice(2, 4).toLowerCase()
    const shard = shards.get(name) ?? []
    shards.set(name, shard)
    shard.push({ index, account, amount: String(amount), siblings: AllocationTree.prove(tree, index) })
  })
  const summary = { root, count: list.length, total: String(totalOf(list)), shards: [...shards.keys()].sort() }
  const files = [['index', summary], ...shards] as const
  return {
    root,
    files: Object.fromEntries(files.map(([name, value]) => [`${name}.json`, `${JSON.stringify(value)}\n`])),
  }
}

/** Writes the files into `<folder>/<root>`, and returns this path. */
export function writeClaimFiles(list: readonly AllocationTree.Allocation[], folder: string): string {
  const { root, files } = claimFiles(list)
  const path = join(folder, root)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}
