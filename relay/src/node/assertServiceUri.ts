import { ServiceUri } from '@lp/contracts/protocol'
import { RelayError } from './RelayError'

/**
 * Checks that browsers can reach the address that the relay will register. `isLocalChain`: broadcasters and viewers are on the same
 * machine. Throws `UnreachableUriError`.
 */
export function assertServiceUri(uri: string, { isLocalChain }: { isLocalChain: boolean }): void {
  if (ServiceUri.isLoopback(uri)) {
    if (!isLocalChain) throw new UnreachableUriError(`Other machines cannot reach ${uri}.`)
  } else if (!ServiceUri.isOpenToPage(uri, 'https:'))
    throw new UnreachableUriError(
      `Browsers block ${uri} on every page that is served over https, so most broadcasters and viewers could not reach this relay.`,
    )
}

export class UnreachableUriError extends RelayError {
  override readonly name = 'UnreachableUriError'
  constructor(reason: string) {
    super(
      `${reason} Put TLS in front of the relay, and start the relay with its https address in --uri. If you want to register this address without a change, add --allow-http.`,
    )
  }
}
