import {
  ContractFunctionRevertedError,
  encodeErrorResult,
  InternalRpcError,
  parseAbi,
  UnknownRpcError,
  UserRejectedRequestError,
} from 'viem'
import { describe, expect, it } from 'vitest'
import { declinedSilently, isDeclined } from './isDeclined'

const provider = (code: unknown, message: string, more = {}) => Object.assign(new Error(message), { code, ...more })

const revertedWith = (reason: string) =>
  new ContractFunctionRevertedError({
    ...{ abi: [], functionName: 'bond' },
    data: encodeErrorResult({ abi: parseAbi(['error Error(string)']), errorName: 'Error', args: [reason] }),
  })

describe('isDeclined', () => {
  it.each<[string, unknown]>([
    ['the code of EIP-1193', provider(4001, 'No.')],
    ['the code of WalletConnect', provider(5000, 'Rejected methods.')],
    ['the code of ethers', provider('ACTION_REJECTED', 'No.')],
    ['MetaMask with -32603', provider(-32603, 'MetaMask Tx Signature: User denied transaction signature.')],
    ['viem’s error for -32603', new InternalRpcError(provider(-32603, 'User denied transaction signature.'))],
    ['-32000 with a text', provider(-32000, 'User rejected the transaction')],
    ['a Ledger', new UnknownRpcError(new Error('Ledger device: Condition of use not satisfied (denied by the user?)'))],
    ['a Trezor', new Error('Action cancelled by user')],
    ['a text without an error', 'User canceled'],
    ['one word', provider(-1, 'Cancelled')],
    ['an error in an error', provider(-32603, 'Internal', { data: { originalError: { code: 4001, message: '' } } })],
    ['no result', declinedSilently()],
    ['the code of EIP-1193 as text', provider('4001', 'No.')],
    ['the code of EIP-5792', provider(5750, 'No.')],
    ['the code of a Trezor', { success: false, payload: undefined, error: { code: 'Failure_ActionCancelled' } }],
    ['a closed window of a Trezor', new UnknownRpcError(new Error('Popup closed'))],
    ['a Trezor that names no user', new Error('Action cancelled')],
    ['a Ledger with its status', Object.assign(new Error('No.'), { name: 'TransportStatusError', statusCode: 0x6985 })],
    ['a Ledger with its second status', Object.assign(new Error('No.'), { statusCode: 0x5501 })],
    ['a Ledger with its status in a text', provider(-32603, 'Ledger device: UNKNOWN_ERROR (0x5501)')],
    ['a declined transaction', provider(-32000, 'Transaction declined')],
    ['a declined request', provider(-32603, 'The request was declined.')],
    ['a cancelled signature', 'Signing canceled'],
    ['viem’s error', new UserRejectedRequestError(new Error('no'))],
  ])('recognizes that the person declined: %s', (_, error) => expect(isDeclined(error)).toBe(true))

  it.each<[string, unknown]>([
    ['a node that refuses the transaction', provider(-32003, 'Transaction rejected')],
    ['a node that gave up', provider(-32000, 'request canceled')],
    ['a node that gave up, with a reason', provider(-32000, 'Request cancelled while waiting for connection')],
    ['a contract', provider(3, 'execution reverted: transfer rejected')],
    ['a contract that says “declined”', provider(-32000, 'execution reverted: Transaction declined')],
    ['viem’s error for such a contract', revertedWith('Transaction declined')],
    ['a contract whose data contains a number of a Ledger', provider(3, 'execution reverted', { data: '0x6985' })],
    ['another status of a Ledger', Object.assign(new Error('Locked device'), { statusCode: 0x5515 })],
    ['an HTTP status', Object.assign(new Error('Too Many Requests'), { statusCode: 429 })],
    ['a limit of the node', provider(-32005, 'user-specific request limit reached')],
    ['missing ether', provider(-32000, 'insufficient funds for gas * price + value')],
    ['the name of a timeout error', new DOMException('The user aborted nothing.', 'TimeoutError').name],
    ['nothing', undefined],
  ])('does not report that the person declined: %s', (_, error) => expect(isDeclined(error)).toBe(false))

  it('ends if an error contains itself', () => {
    const loop = provider(-1, 'again')
    Object.assign(loop, { cause: loop })
    expect(isDeclined(loop)).toBe(false)
  })
})
