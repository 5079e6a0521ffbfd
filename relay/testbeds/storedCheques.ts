import { decodeEntry } from '../src/payment/chequeEntry'
import { EntryFiles } from '../src/storage/EntryFiles'

/**
 * The sum of all cheques in a data directory that its relay or viewer has written (`written`), or has received (`held`). The process of the
 * relay or viewer can be running.
 */
export async function storedIn(directory: string, kind: 'written' | 'held'): Promise<bigint> {
  let sum = 0n
  for (const [key, text] of await EntryFiles.read(directory))
    if (key.startsWith(`${kind}/`)) sum += decodeEntry(key, text).cheque.cumulative
  return sum
}
