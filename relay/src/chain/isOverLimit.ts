import { BaseError, HttpRequestError, LimitExceededRpcError, RpcRequestError } from 'viem'

/**
 * Code -32005 means "too many requests" at some providers, and "too many events" at other providers. Only the text of the error
 * shows the meaning.
 */
const texts = /\brate\b|too many requests|per second|requests? (count|limit)|compute units|throttl/i
/**
 * The RPC names the length of the range, or the number of events. Such a text can contain words like "requests limited to" and "a higher
 * rate plan", but fewer requests do not help.
 */
const rangeTexts =
  /\bblock range|\brange\b.{0,20}\b(large|wide|long|exceed)|\btoo many (blocks|results|logs|events)\b|\b\d[\d,_]*k? (blocks|results|logs|events)\b(?!.{0,12}\b(second|minute|hour|day)s?\b)|response size/i
/** Some providers put the HTTP status 429 (Too Many Requests) into the JSON answer. QuickNode uses -32007 for this. */
const codes: ReadonlySet<number> = new Set([429, -32007])

/** Whether an RPC refused a request because the caller sent too many requests. */
export function isOverLimit(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  let is = texts.test(error.details) && !rangeTexts.test(error.details)
  error.walk((cause) => {
    if (cause instanceof HttpRequestError || cause instanceof RpcRequestError) is ||= cause.status === 429
    if (cause instanceof BaseError && 'code' in cause) is ||= codes.has(cause.code as number)
    return false
  })
  return is
}

/** Whether an RPC refused a request because the caller sent too many requests, or asked for too many events. */
export const isLimited = (error: unknown): boolean =>
  isOverLimit(error) ||
  (error instanceof BaseError && error.walk((cause) => cause instanceof LimitExceededRpcError) instanceof BaseError)
