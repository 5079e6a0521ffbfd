import { InternalRpcError, UnknownRpcError, UserRejectedRequestError } from 'viem'
import { describe, expect, it } from 'vitest'
import { declinedSilently, isDeclined } from './isDeclined'

const provider = (code: unknown, message: string, more = {}) => Object.assign(new Error(message), { code, ...more })

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
    ['viem’s error', new UserRejectedRequestError(new Error('no'))],
  ])('recognizes that the person declined: %s', (_, error) => expect(isDeclined(error)).toBe(true))

  it.each<[string, unknown]>([
    ['a node that refuses the transaction', provider(-32003, 'Transaction rejected')],
    ['a contract', provider(3, 'execution reverted: transfer rejected')],
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
