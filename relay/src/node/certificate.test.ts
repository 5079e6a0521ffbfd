import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { create, hashOf, isPair } from './certificate'
import { openCertificate } from './openCertificate'

const test = base.extend<{ directory: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the pattern to learn which fixtures are needed.
  directory: async ({}, use) => {
    const directory = await mkdtemp(join(tmpdir(), 'lp-certificate-'))
    await use(directory)
    await rm(directory, { recursive: true })
  },
})
const noFault = (error: Error) => {
  throw error
}

describe('create', () => {
  test('makes a certificate that its own key has signed, and that is valid until the year 9999', () => {
    const { certificatePem, keyPem } = create()
    const certificate = new X509Certificate(certificatePem)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(isPair({ certificatePem, keyPem })).toBe(true)
    expect(certificate.subject).toBe('CN=lp')
    expect(certificate.validTo).toBe('Dec 31 23:59:59 9999 GMT')
    expect(hashOf(certificatePem).toString('hex')).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase())
  })

  test('makes a well-formed serial number and signature each time', () => {
    for (let count = 0; count < 50; count++) expect(isPair(create())).toBe(true)
  })
})

describe('openCertificate', () => {
  test('makes a certificate once, in a file that only the owner can read', async ({ directory }) => {
    const first = await openCertificate(directory, noFault)
    expect(await openCertificate(directory, noFault)).toEqual(first)
    expect(await readdir(directory)).toEqual(['direct.pem'])
    expect((await stat(join(directory, 'direct.pem'))).mode & 0o777).toBe(0o600)
  })

  test.for([
    ['is cut off', (text: string) => text.slice(0, -60)],
    ['has the key of another certificate', (text: string) => text.replace(/-----BEGIN PRIV[\s\S]*/, create().keyPem)],
    ['is empty', () => ''],
  ] as const)('replaces a file that %s, and reports it', async ([, damage], { directory }) => {
    const first = await openCertificate(directory, noFault)
    const path = join(directory, 'direct.pem')
    const damaged = damage(await readFile(path, 'utf8'))
    await writeFile(path, damaged)
    const faults: Error[] = []
    const second = await openCertificate(directory, (error) => faults.push(error))
    expect(second).not.toEqual(first)
    expect(faults.map(({ name }) => name)).toEqual(['openCertificate.DamagedError'])
    expect(await readFile(`${path}.corrupt`, 'utf8')).toBe(damaged)
    expect(await openCertificate(directory, noFault)).toEqual(second)
  })
})
