import { resolve } from 'node:path'
import { runSpecs } from './browser/runSpecs'

/**
 * Takes a picture of each page in each of its main states, at the width of a phone and of a desktop: `npm run bench -- screenshots [folder]`.
 * A person looks at the pictures after a change of the pages.
 */
export default function screenshots([folder = 'test-results/screenshots']: readonly string[]): void {
  runSpecs('bench/screenshots', { LP_SCREENSHOTS: resolve(folder) })
}
