import { readFile } from 'node:fs/promises'
import type { PrivateKeyAccount } from 'viem/accounts'
import * as Keystore from '../node/Keystore'
import { hideSecret } from '../node/secrets'

export type KeyOptions = { keystore: string; passwordFile?: string | undefined }

/** Decrypts the operator's key, or takes the key from `LP_PRIVATE_KEY`. Throws `Keystore.KeystoreError`. */
export const readKey = async ({ keystore, passwordFile }: KeyOptions): Promise<PrivateKeyAccount> =>
  Keystore.open({
    file: keystore,
    password: await readPassword(passwordFile),
    privateKey: process.env.LP_PRIVATE_KEY,
  })

/** Creates a key, unless the keystore has one. Resolves to a sentence with the key's address. Throws `Keystore.KeystoreError`. */
export async function createKey({ keystore, passwordFile }: KeyOptions): Promise<string> {
  const known = await Keystore.addressIn(keystore, () => readPassword(passwordFile))
  if (known)
    return `The key of ${known} is already in ${keystore}. Send LPT for stake and ether for gas to this address, or choose another file with --keystore.`
  const password = await readPassword(passwordFile)
  if (!password)
    throw new Keystore.KeystoreError('Set LP_PASSWORD, or name a file with --password-file, to encrypt the key.')
  const { address } = await Keystore.create({ file: keystore, password })
  return `The key of ${address} is in ${keystore}. Send LPT for stake and ether for gas to this address.`
}

/** The password in the file, without the end of its line. Without a file, the password in `LP_PASSWORD`. Throws `Keystore.KeystoreError`. */
export async function readPassword(file: string | undefined): Promise<string | undefined> {
  if (!file) return process.env.LP_PASSWORD
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Keystore.KeystoreError(
      `The password file ${file} cannot be read (${error.code}). Correct --password-file, or set LP_PASSWORD.`,
    )
  })
  const password = text.replace(/\r?\n$/, '')
  if (password === '')
    throw new Keystore.KeystoreError(`The password file ${file} is empty. Write the password into its first line.`)
  hideSecret(password)
  return password
}
