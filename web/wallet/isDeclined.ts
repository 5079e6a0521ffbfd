import { UserRejectedRequestError } from 'viem'

/** The codes of a declined request: of EIP-1193, WalletConnect (CAIP-25), EIP-5792, ethers and Trezor. Some wallets send a number as text. */
const declinedCodes: ReadonlySet<string> = new Set([
  ...['4001', '5000', '5750', 'ACTION_REJECTED'],
  ...['Failure_ActionCancelled', 'Method_Cancel', 'Method_Interrupted'],
])
/** The answers of a Ledger whose owner declined: 0x6985 and 0x5501. */
const declinedStatuses: ReadonlySet<unknown> = new Set([0x6985, 0x5501])
/**
 * The texts of nodes and contracts also contain words like "rejected". So a pattern names the person or the device, or matches only the
 * whole text. "Transaction rejected" and "Request cancelled" are not here: nodes send these texts.
 */
const declinedTexts = [
  /\buser\b.{0,30}\b(abort|reject|den(y|ied)|declin|cancel|disapprov|refus|dismiss)/i,
  /\b(abort|reject|den(y|ied)|declin|cancel|disapprov|refus|dismiss)\w*\b.{0,20}\bby (the )?(user|signer|owner)\b/i,
  /^(rejected|denied|declined|cancell?ed)[.!]?$/i,
  /^(the )?(action|signing|transaction|(signature )?request) (was |has been )?declined[.!]?$/i,
  /^(the )?(action|signing|transaction|signature request) (was |has been )?cancell?ed[.!]?$/i,
  /^(the )?popup (window )?(was )?closed[.!]?$/i,
  /\bledger device\b.*\b0x(6985|5501)\b/i,
]
/** The fields in which wallets and libraries wrap the error of the device or of the extension. */
const wrappers = ['cause', 'error', 'data', 'originalError', 'innerError', 'info'] as const
const maxDepth = 8

/** The error for a wallet that answered a request without a result, and without an error. Some wallets decline in this way. */
export const declinedSilently = (): UserRejectedRequestError =>
  new UserRejectedRequestError(new Error('The wallet answered without a result.'))

/**
 * Whether the person declined in the wallet. EIP-1193 has the code 4001 for this. But many wallets send another code, send only a text,
 * or wrap the error.
 */
export function isDeclined(error: unknown, depth = 0): boolean {
  if (typeof error === 'string') return isDeclinedText(error)
  if (typeof error !== 'object' || error === null || depth > maxDepth) return false
  if (error instanceof UserRejectedRequestError) return true
  const { code, statusCode, message, details } = error as Partial<
    Record<'code' | 'statusCode' | 'message' | 'details', unknown>
  >
  if (typeof code !== 'object' && declinedCodes.has(String(code))) return true
  if (declinedStatuses.has(statusCode)) return true
  if ([message, details].some(isDeclinedText)) return true
  return wrappers.some((field) => isDeclined((error as Record<string, unknown>)[field], depth + 1))
}

const isDeclinedText = (text: unknown): boolean =>
  typeof text === 'string' && declinedTexts.some((pattern) => pattern.test(text.trim()))
