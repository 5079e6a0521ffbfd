import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'
import { type Certificate, create, isPair } from './certificate'

/**
 * The certificate in the data directory, or a new certificate. Share links contain its hash, so it must stay the same. If the file is
 * damaged, renames and reports the file, and makes a new certificate. Throws the error of the file system.
 */
export async function openCertificate(directory: string, onFault: (error: Error) => void): Promise<Certificate> {
  const path = join(directory, 'direct.pem')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  if (text !== undefined) {
    const known = parse(text)
    // An operator may have copied the file with other access rights.
    if (known) return chmod(path, 0o600).then(() => known)
    await rename(path, `${path}.corrupt`)
    onFault(new DamagedError({ path }))
  }
  const made = create()
  // A crash must not leave an incomplete file with the final name.
  const part = `${path}.part`
  await writeFile(part, made.certificatePem + made.keyPem, { mode: 0o600 })
  await rename(part, path)
  return made
}

function parse(text: string): Certificate | undefined {
  const block = (name: string) =>
    new RegExp(`-----BEGIN ${name}-----[\\s\\S]+?-----END ${name}-----\\n`).exec(text)?.[0] ?? ''
  const certificate = { certificatePem: block('CERTIFICATE'), keyPem: block('PRIVATE KEY') }
  return isPair(certificate) ? certificate : undefined
}

export class DamagedError extends ProtocolError {
  override readonly name = 'openCertificate.DamagedError'
  constructor({ path }: { path: string }) {
    super(
      'The certificate of this relay was damaged, so the relay made a new certificate. Viewers with an older share link cannot call this relay directly. They still reach it over HTTP and through trackers.',
      {
        details: [`Damaged file: ${path}.corrupt`],
      },
    )
  }
}
