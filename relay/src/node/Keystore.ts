import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as Keystore from 'ox/Keystore'
import type { Hex } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { RelayError } from './RelayError'

/** The source of the operator's key: an encrypted keystore (version 3) and its password, or a key in the environment. */
export type KeySource = { file: string; password: string | undefined; privateKey: string | undefined }

/** Decrypts the operator's key. Throws `UnreadableError` with the next step. The error never contains key or password. */
export async function open({ file, password, privateKey }: KeySource): Promise<PrivateKeyAccount> {
  if (privateKey !== undefined) {
    if (!/^0x[0-9a-f]{64}$/i.test(privateKey))
      throw new UnreadableError('LP_PRIVATE_KEY must be 0x and 64 hexadecimal digits.')
    return privateKeyToAccount(privateKey as Hex)
  }
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UnreadableError(`There is no keystore at ${file}. Create one with: lp-relay key --keystore ${file}`)
  })
  if (password === undefined)
    throw new UnreadableError('The keystore needs its password. Set LP_PASSWORD, or name a file with --password-file.')
  try {
    const keystore = JSON.parse(text) as Keystore.Keystore
    return privateKeyToAccount(Keystore.decrypt(keystore, await Keystore.toKeyAsync(keystore, { password })))
  } catch {
    throw new UnreadableError(
      `The keystore ${file} cannot be decrypted with this password. Check the file and the password.`,
    )
  }
}

/** Writes a new encrypted key to a file that only the file's owner can read. Throws `UnreadableError` if the file exists. */
export async function create({ file, password }: { file: string; password: string }): Promise<PrivateKeyAccount> {
  const privateKey = generatePrivateKey()
  const [key, options] = await Keystore.scryptAsync({ password })
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, JSON.stringify(Keystore.encrypt(privateKey, key, options)), { mode: 0o600, flag: 'wx' }).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new UnreadableError(
        cause.code === 'EEXIST'
          ? `${file} exists already and is not overwritten. Choose another file with --keystore.`
          : `${file} cannot be written (${cause.code}). Choose another file with --keystore.`,
      )
    },
  )
  await chmod(file, 0o600)
  return privateKeyToAccount(privateKey)
}

export class UnreadableError extends RelayError {
  override readonly name = 'Keystore.UnreadableError'
}
