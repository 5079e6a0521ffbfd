import { randomBytes, scrypt } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as Keystore from 'ox/Keystore'
import { type Address, getAddress, type Hex } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import * as z from 'zod/mini'
import { RelayError } from './RelayError'

/** The source of the operator's key: an encrypted keystore (version 3) and its password, or a key in the environment. */
export type KeySource = { file: string; password: string | undefined; privateKey: string | undefined }

/**
 * Decrypts the operator's key. Throws `KeystoreError`. Its message says what the operator can do, and never contains the
 * key or the password.
 */
export async function open({ file, password, privateKey }: KeySource): Promise<PrivateKeyAccount> {
  if (privateKey !== undefined) {
    if (!/^0x[0-9a-f]{64}$/i.test(privateKey))
      throw new KeystoreError('LP_PRIVATE_KEY must be 0x and 64 hexadecimal digits.')
    return privateKeyToAccount(privateKey as Hex)
  }
  const text = await read(file)
  if (text === undefined)
    throw new KeystoreError(`There is no keystore at ${file}. Create one with: lp-relay key --keystore ${file}`)
  const keystore = decode(text)
  if (!keystore)
    throw new KeystoreError(
      `${file} is not a keystore of version 3. Choose another file, or create a keystore with: lp-relay key --keystore FILE`,
    )
  if (password === undefined)
    throw new KeystoreError('The keystore needs its password. Set LP_PASSWORD, or name a file with --password-file.')
  try {
    return privateKeyToAccount(Keystore.decrypt(keystore, await keyOf(keystore, password)))
  } catch {
    throw new KeystoreError(
      `The keystore ${file} cannot be decrypted with this password. Check the file and the password.`,
    )
  }
}

/**
 * The address of the key in a keystore. Decrypts the keystore only if it does not name the address: some programs do not write the address.
 * `undefined` when there is no such file. Throws `KeystoreError`.
 */
export async function addressIn(
  file: string,
  readPassword: () => Promise<string | undefined>,
): Promise<Address | undefined> {
  const text = await read(file)
  if (text === undefined) return undefined
  const { address } = (decode(text) ?? {}) as { address?: unknown }
  if (typeof address === 'string' && /^(0x)?[0-9a-f]{40}$/i.test(address))
    return getAddress(`0x${address.replace(/^0x/, '')}`)
  return (await open({ file, password: await readPassword(), privateKey: undefined })).address
}

/** `undefined` when there is no such file. */
async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new KeystoreError(`The keystore ${file} cannot be read (${code}). Choose another file with --keystore.`)
  }
}

const digits = z.string().check(z.regex(/^(0x)?([0-9a-fA-F]{2})+$/))
const whole = z.int().check(z.minimum(1))

/** Web3 Secret Storage, version 3. */
const keystoreSchema = z.looseObject({
  version: z.literal(3),
  crypto: z.looseObject({
    cipher: z.literal('aes-128-ctr'),
    ciphertext: digits,
    cipherparams: z.looseObject({ iv: digits }),
    mac: digits,
    kdf: z.enum(['scrypt', 'pbkdf2']),
    kdfparams: z.looseObject({ salt: digits, dklen: whole, n: z.optional(whole), c: z.optional(whole) }),
  }),
})

/** `undefined` when the text is not a keystore. */
function decode(text: string): Keystore.Keystore | undefined {
  try {
    const keystore: unknown = JSON.parse(text)
    return keystoreSchema.safeParse(keystore).success ? (keystore as Keystore.Keystore) : undefined
  } catch {
    return undefined
  }
}

/** The key that decrypts a keystore. Rejects when the parameters are invalid, or need more memory than we allow. */
async function keyOf(keystore: Keystore.Keystore, password: string): Promise<Keystore.Key> {
  const { kdf, kdfparams } = keystore.crypto
  const { n, r } = kdfparams as ScryptParameters
  // OpenSSL refuses these parameters, which `ox` and older versions of this relay use. `toKeyAsync` of `ox` ignores `r` and `p`.
  const isOnlyInJavaScript = kdf === 'scrypt' && n >= 2 ** (16 * r)
  if (kdf === 'pbkdf2' || isOnlyInJavaScript) return Keystore.toKey(keystore, { password })
  return scryptKey(password, kdfparams as ScryptParameters)
}

type ScryptParameters = Keystore.ScryptDeriveOpts['kdfparams']

/** Node's scrypt needs a fraction of the time of an implementation in JavaScript. */
const scryptKey = (password: string, { salt, dklen, n, r, p }: ScryptParameters): Promise<Hex> =>
  new Promise((resolve, reject) => {
    const cost = { N: n, r, p, maxmem: maxScryptBytes }
    scrypt(password, Buffer.from(salt.replace(/^0x/, ''), 'hex'), dklen, cost, (error, key) =>
      error ? reject(error) : resolve(`0x${key.toString('hex')}`),
    )
  })

/** Four times the memory that the keystores of common wallets need. */
const maxScryptBytes = 2 ** 30

/** Writes a new encrypted key to a file that only the owner can read. Throws `KeystoreError` if the file exists or cannot be written. */
export async function create({ file, password }: { file: string; password: string }): Promise<PrivateKeyAccount> {
  const privateKey = generatePrivateKey()
  const kdfparams = { dklen: 32, n: 2 ** 17, r: 8, p: 1, salt: randomBytes(32).toString('hex') }
  const key = await scryptKey(password, kdfparams)
  const options: Keystore.ScryptDeriveOpts = { kdf: 'scrypt', kdfparams, iv: randomBytes(16) }
  const account = privateKeyToAccount(privateKey)
  // Other programs write the address without 0x and in lower case.
  const named = { ...Keystore.encrypt(privateKey, key, options), address: account.address.slice(2).toLowerCase() }
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, JSON.stringify(named), { mode: 0o600, flag: 'wx' })
    await chmod(file, 0o600)
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException
    throw new KeystoreError(
      code === 'EEXIST' && path === file
        ? `${file} exists already and is not overwritten. Choose another file with --keystore.`
        : `${file} cannot be written (${code}). Choose another file with --keystore.`,
    )
  }
  return account
}

export class KeystoreError extends RelayError {
  override readonly name = 'Keystore.KeystoreError'
}
