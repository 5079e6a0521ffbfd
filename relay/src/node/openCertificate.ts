import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'
import { type Certificate, create, isPair } from './certificate'

/**
 * The certificate in the data directory, or a new certificate. Share links contain its hash, so it must stay the same. If the file is
 * damaged, the damaged file is renamed and reported, and a new certificate takes its place. Throws the error of the file system.
 */
export async function openCertificate(directory: string, onFault: (error: Error) => void): Promise<Certificate> {
  const path = join(directory, 'direct.pem')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  if (text !== undefined) {
    const known = parse(text)
    // An operator can have copied the file with other rights.
    if (known) return chmod(path, 0o600).then(() => known)
    await rename(path, `${path}.corrupt`)
    onFault(new DamagedError({ path }))
  }
  const made = create()
  // The file gets its name only when it is whole.
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
      'The certificate of this relay was damaged and is replaced. Older share links lead to this relay only by its gateway.',
      {
        details: [`Damaged file: ${path}.corrupt`],
      },
    )
  }
}
