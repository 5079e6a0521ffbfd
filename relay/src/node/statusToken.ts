import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hideSecret } from './secrets'

const fileIn = (directory: string) => join(directory, 'status-token')

/**
 * The token that lets the operator read the whole status. Takes `LP_STATUS_TOKEN`, or the token in the data directory, or makes a
 * new token there, in a file that only the owner can read.
 */
export async function ensureStatusToken(directory: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const known = env.LP_STATUS_TOKEN || (await readStatusToken(directory))
  const token = known || randomBytes(24).toString('base64url')
  hideSecret(token)
  if (!known) await writeFile(fileIn(directory), `${token}\n`, { mode: 0o600 })
  return token
}

/** The token in a data directory. `undefined` when there is none, or when this user is not allowed to read it. */
export async function readStatusToken(directory: string): Promise<string | undefined> {
  const text = await readFile(fileIn(directory), 'utf8').catch(() => '')
  return text.trim() || undefined
}
