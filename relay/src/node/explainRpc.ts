import { BaseError, HttpRequestError, RpcRequestError, TimeoutError } from 'viem'

/**
 * Says what the operator can do about an RPC that refuses requests or does not answer. `undefined` when the error has another
 * source.
 */
export function explainRpc(error: unknown, host = 'this --rpc'): string | undefined {
  const cause = rpcErrorIn(error)
  if (!cause) return undefined
  if (cause instanceof TimeoutError)
    return `The chain at ${host} does not answer. Check --rpc, and check that the node of the chain runs.`
  if (cause instanceof RpcRequestError)
    return `The chain at ${host} refuses a request: ${firstLine(cause.details)}. Check --rpc, and check the rights of its key.`
  if (cause.status === 401 || cause.status === 403)
    return `The chain at ${host} refuses this relay (HTTP status ${cause.status}). Check the key in the address of --rpc.`
  if (cause.status === 429)
    return `The chain at ${host} refuses further requests (HTTP status 429). Wait, or choose an RPC with a higher limit.`
  if (cause.status !== undefined && cause.status >= 500)
    return `The chain at ${host} is broken at the moment (HTTP status ${cause.status}). Try again later, or choose another --rpc.`
  if (cause.status !== undefined)
    return `The server at ${host} is not the RPC of a chain (HTTP status ${cause.status}). Check --rpc.`
  return /JSON/.test(cause.details)
    ? `The server at ${host} is not the RPC of a chain: its answer is not JSON. Check --rpc.`
    : `The chain at ${host} does not answer. Check --rpc, and check that the node of the chain runs.`
}

function rpcErrorIn(error: unknown): HttpRequestError | RpcRequestError | TimeoutError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause as Error) {
    if (cause instanceof HttpRequestError || cause instanceof RpcRequestError || cause instanceof TimeoutError)
      return cause
    // An error of a contract call has the error of the RPC as its cause.
    if (cause instanceof BaseError && !cause.cause) return undefined
  }
  return undefined
}

const firstLine = (text: string) => (text.split('\n')[0] ?? '').replace(/\.$/, '').slice(0, 200)
