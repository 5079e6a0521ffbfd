import type { Address } from 'viem'
import { RevertError, UnsentError } from '../chain/Sender'
import { DamagedEntryError } from '../payment/chequeEntry'
import { explainRpc } from './explainRpc'

/**
 * The text for an error that the operator can correct: what failed, what the operator can do, and facts if there are some.
 * `undefined` for a defect of this program.
 */
export function explain(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('forPeople' in error) return error.message
  const poor = accountWithoutEther(error)
  if (poor)
    return `The account ${poor.address} has too little ether for ${poor.functionName === 'deposit' ? 'the deposit and its gas' : `the gas of ${poor.functionName}`}. Send ether to ${poor.address}.`
  if (error instanceof DamagedEntryError)
    return `A cheque file in the folder payments of the data directory cannot be read (${error.key}). Restore this file from a backup. Without a backup, move the file to another place. If the file has a cheque of a viewer (held), the payment is lost. If the file has a cheque of this relay (written), also use a new key, because payees refuse a cheque whose sum is lower than the sum of the last cheque that they have.`
  if (error instanceof RevertError)
    return `${error.shortMessage.replace(/\.$/, '')}${error.args.length > 0 ? ` (${error.args.join(', ')})` : ''}. Check the options, and check with lp-relay --version that this is the newest release.`
  const refused = explainRpc(error)
  if (refused) return refused
  const failed = explainSystem(error)
  if (failed) return failed
  return 'shortMessage' in error ? error.message : undefined
}

function accountWithoutEther(error: Error): { address: Address; functionName: string } | undefined {
  if (!(error instanceof UnsentError)) return undefined
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (/insufficient (funds|balance)|exceeds the balance of the account/i.test(cause.message))
      return { address: error.sender, functionName: error.functionName }
  return undefined
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user is not allowed to open it',
  EPERM: 'this user is not allowed to open it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of this path is a file',
  EISDIR: 'it is a directory',
  EEXIST: 'a file with this name exists',
  EMFILE: 'the process has too many open files: raise its limit (ulimit -n)',
  ENFILE: 'the system has too many open files',
  EIO: 'the disk is damaged',
}

/** The codes whose cause the operator can find without the name of the file. */
const codesWithoutPath: ReadonlySet<string> = new Set(['EROFS', 'ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO'])

/** Explains an error of the operating system about a file. */
function explainSystem(error: Error): string | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code = '', path } = cause as NodeJS.ErrnoException
    if (path && reasons[code])
      return `${path} cannot be used (${code}): ${reasons[code]}. Correct this, or choose another directory with --data.`
    // The error of a read or a write, unlike the error of `open`, does not name the file.
    if (reasons[code] && codesWithoutPath.has(code))
      return `A file cannot be read or written (${code}): ${reasons[code]}. Correct this, and start the command again.`
  }
  return undefined
}
