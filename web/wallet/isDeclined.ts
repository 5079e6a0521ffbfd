import { UserRejectedRequestError } from 'viem'

/** The codes of a declined request: of EIP-1193, of WalletConnect (CAIP-25) and of ethers. */
const declinedCodes: ReadonlySet<unknown> = new Set([4001, 5000, 'ACTION_REJECTED'])
/**
 * The texts of nodes and contracts also contain words like "rejected". So a pattern names the person, or matches only a text of one word.
 */
const declinedTexts = [
  /\buser\b.{0,30}\b(abort|reject|den(y|ied)|declin|cancel|disapprov|refus|dismiss)/i,
  /\b(abort|reject|den(y|ied)|declin|cancel|disapprov|refus|dismiss)\w*\b.{0,20}\bby (the )?(user|signer|owner)\b/i,
  /^(rejected|denied|declined|cancell?ed)[.!]?$/i,
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
  const { code, message, details } = error as { code?: unknown; message?: unknown; details?: unknown }
  if (declinedCodes.has(code) || [message, details].some(isDeclinedText)) return true
  return wrappers.some((field) => isDeclined((error as Record<string, unknown>)[field], depth + 1))
}

const isDeclinedText = (text: unknown): boolean =>
  typeof text === 'string' && declinedTexts.some((pattern) => pattern.test(text.trim()))
