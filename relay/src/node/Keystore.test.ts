import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as OtherKeystore from 'ox/Keystore'
import { privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Keystore from './Keystore'

describe('Keystore', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lp-keystore-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('writes a keystore that needs its password, and whose file only the owner can read', async () => {
    const file = join(directory, 'keys', 'keystore.json')
    const { address } = await Keystore.create({ file, password: 'correct horse' })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file, 'utf8')).version).toBe(3)
    const source = { file, privateKey: undefined }
    expect((await Keystore.open({ ...source, password: 'correct horse' })).address).toBe(address)
    await expect(Keystore.open({ ...source, password: 'wrong' })).rejects.toThrow(
      'cannot be decrypted with this password',
    )
    await expect(Keystore.open({ ...source, password: undefined })).rejects.toThrow('Set LP_PASSWORD')
    await expect(Keystore.create({ file, password: 'again' })).rejects.toThrow('not overwritten')
  })

  it.each([
    [
      'scrypt, with the block size that geth uses',
      () => OtherKeystore.scrypt({ password: 'secret', n: 1024, r: 8, p: 1 }),
    ],
    [
      'scrypt, with parameters that OpenSSL refuses',
      () => OtherKeystore.scrypt({ password: 'secret', n: 65_536, r: 1, p: 2 }),
    ],
    ['pbkdf2', () => OtherKeystore.pbkdf2({ password: 'secret', iterations: 1000 })],
  ])('opens a keystore of another program: %s', async (_, derive) => {
    const file = join(directory, 'other.json')
    const privateKey = `0x${'12'.repeat(32)}` as const
    const [key, options] = derive()
    await writeFile(file, JSON.stringify(OtherKeystore.encrypt(privateKey, key, options)))
    const { address } = await Keystore.open({ file, password: 'secret', privateKey: undefined })
    expect(address).toBe(privateKeyToAddress(privateKey))
    // This program does not write the address into the keystore.
    expect(await Keystore.addressIn(file, async () => 'secret')).toBe(address)
    await expect(Keystore.addressIn(file, async () => undefined)).rejects.toThrow('Set LP_PASSWORD')
    await expect(Keystore.addressIn(file, async () => 'wrong')).rejects.toThrow('cannot be decrypted with this')
  })

  it('when the file is missing, throws an error that says how to create a keystore', async () => {
    const file = join(directory, 'none.json')
    await expect(Keystore.open({ file, password: 'x', privateKey: undefined })).rejects.toThrow(
      `lp-relay key --keystore ${file}`,
    )
  })

  it('refuses a file that is not a keystore of version 3, and says what the operator can do', async () => {
    const file = join(directory, 'strange.json')
    const { crypto } = JSON.parse(await readFile(join(directory, 'keys', 'keystore.json'), 'utf8'))
    const strange = ['', '{"vers', 'null', '{"version":3}', JSON.stringify({ version: 4, crypto })]
    for (const text of [...strange, JSON.stringify({ version: 3, crypto: { ...crypto, mac: 7 } })]) {
      await writeFile(file, text)
      const opening = Keystore.open({ file, password: 'correct horse', privateKey: undefined })
      await expect(opening).rejects.toThrow(`${file} is not a keystore of version 3. Choose another file`)
      const reading = Keystore.addressIn(file, async () => undefined)
      await expect(reading).rejects.toThrow(`${file} is not a keystore of version 3. Choose another file`)
    }
  })

  it('takes a key from the environment, and shows no part of a malformed key', async () => {
    const privateKey = `0x${'11'.repeat(32)}`
    expect((await Keystore.open({ file: '', password: undefined, privateKey })).address).toMatch(/^0x/)
    const secret = '0xdeadbeef'
    const refused = Keystore.open({ file: '', password: undefined, privateKey: secret })
    await expect(refused).rejects.toThrow(Keystore.KeystoreError)
    await expect(refused).rejects.not.toThrow(secret)
  })
})
