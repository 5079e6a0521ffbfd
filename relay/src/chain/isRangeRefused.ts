import {
  BaseError,
  HttpRequestError,
  MethodNotFoundRpcError,
  MethodNotSupportedRpcError,
  ParseRpcError,
  ResponseBodyTooLargeError,
  RpcError,
  RpcRequestError,
  TimeoutError,
} from 'viem'
import { isOverLimit } from './isOverLimit'

/** HTTP: Bad Request, Content Too Large, Range Not Satisfiable, Unprocessable Content. */
const refusalStatuses = new Set([400, 413, 416, 422])
/** HTTP: the RPC refuses the caller, the path or the request rate. */
const otherStatuses = new Set([401, 402, 403, 404, 405, 429])
/** HTTP: Request Timeout. All statuses from 500 on mean that the RPC or its proxy failed. */
const slowStatus = 408
const otherCodes: ReadonlySet<number> = new Set([
  ParseRpcError.code,
  MethodNotFoundRpcError.code,
  MethodNotSupportedRpcError.code,
])
/**
 * Whether an RPC may have refused a request for events because of the request's range of blocks. Each provider has its own code
 * and text for this (-32000, -32005, -32600, -32602, -32614, HTTP 400 and 413, …). So each refusal counts as a refusal of the
 * range, unless it certainly has another reason. The caller then requests fewer blocks. After the RPC has refused a range of one
 * block, the caller must not repeat the request. If the RPC does not answer, this is not a refusal (`isPerhapsTooSlow`).
 */
export function isRangeRefused(error: unknown): boolean {
  if (!(error instanceof BaseError) || isOverLimit(error)) return false
  if (find(error, ResponseBodyTooLargeError)) return true
  const answer = find(error, RpcError) ?? find(error, RpcRequestError)
  const status = (find(error, RpcRequestError) ?? find(error, HttpRequestError))?.status
  if (status !== undefined && otherStatuses.has(status)) return false
  return answer ? !otherCodes.has(answer.code) : status !== undefined && refusalStatuses.has(status)
}

/**
 * Whether an RPC has failed or given no answer in time. An RPC that does not work fails for all ranges. Other RPCs fail only for a range
 * with more events than they can find in time. A few requests for shorter ranges show the difference.
 */
export function isPerhapsTooSlow(error: unknown): boolean {
  if (!(error instanceof BaseError) || isOverLimit(error)) return false
  const status = find(error, HttpRequestError)?.status
  return find(error, TimeoutError) !== undefined || (status !== undefined && (status >= 500 || status === slowStatus))
}

function find<Kind extends BaseError>(error: BaseError, kind: new (...args: never[]) => Kind): Kind | undefined {
  const found = error.walk((cause) => cause instanceof kind)
  return found instanceof kind ? found : undefined
}
