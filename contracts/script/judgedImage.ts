import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Hex } from 'viem'
import { PayloadTree } from '../protocol'

const cache = resolve('node_modules/.cache/judge')

/**
 * Builds the image of the judged program (contracts/judge/program) into a file. Keeps Debian's sources, so a second build needs no network.
 * `temporary`: the folder in which the tools work.
 */
export function buildImage(file: string, { temporary }: { temporary?: string } = {}): Uint8Array {
  mkdirSync(cache, { recursive: true })
  const env = { ...process.env, ...(temporary && { TMPDIR: temporary }) }
  const { status, stderr, error } = spawnSync(
    'sh',
    ['contracts/judge/program/build.sh', file, resolve(cache, 'sources')],
    {
      ...{ encoding: 'utf8', env },
    },
  )
  if (status !== 0) throw new ImageError(`The judged program could not be built: ${error?.message ?? stderr}`)
  return readFileSync(file)
}

/** The image with this `PayloadTree.hash`. Builds it if this machine does not have it yet. Throws `ImageError`. */
export async function judgedImage(hash: Hex): Promise<Uint8Array> {
  const file = resolve(cache, `${hash}.image`)
  const image = existsSync(file) ? readFileSync(file) : buildImage(file)
  const found = await PayloadTree.hash(image)
  if (found === hash) return image
  throw new ImageError(
    `The image in ${file} has the hash ${found}. Delete it, and build it with the compiler of Debian 12.`,
  )
}

class ImageError extends Error {
  override readonly name = 'ImageError'
}
