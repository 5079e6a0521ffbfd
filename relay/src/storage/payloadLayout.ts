import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'
import * as z from 'zod/mini'
import { NewerVersionError } from './NewerVersionError'

/** Version 1: the payload with the hash 0xabcd… is the file `ab/cd…`. Version 0 had the same files, without `layout.json`. */
const version = 1

const layoutSchema = z.object({ version: z.int().check(z.minimum(1)) })

/**
 * Checks that this program can read the layout of the payloads in `directory`. Writes the version of the layout to `layout.json`
 * when this file is missing or damaged. Reports a damaged file to `onFault`. Throws `NewerVersionError`.
 */
export async function checkLayout({
  directory,
  onFault,
}: {
  directory: string
  onFault(fault: Error): void
}): Promise<void> {
  const path = join(directory, 'layout.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  const found = text === undefined ? undefined : decode(text)
  if (found !== undefined && found > version) throw new NewerVersionError({ path, found, known: version })
  if (found === version) return
  if (text !== undefined) onFault(new DamagedLayoutError({ path }))
  await writeFile(`${path}.new`, `${JSON.stringify({ version })}\n`, { flush: true })
  await rename(`${path}.new`, path)
}

/** The version in `text`; `undefined` when the text is damaged. */
function decode(text: string): number | undefined {
  try {
    return layoutSchema.safeParse(JSON.parse(text)).data?.version
  } catch {
    return undefined
  }
}

export class DamagedLayoutError extends ProtocolError {
  override readonly name = 'payloadLayout.DamagedLayoutError'
  constructor({ path }: { path: string }) {
    super('The file with the layout of the payloads is damaged. The relay writes it again.', {
      details: [`File: ${path}`],
    })
  }
}
