import type { Problem } from '../ui/Problem'

/** The browser did not store or read what payments need. */
export class StoreError extends Error {
  override readonly name = 'Payments.StoreError'
  readonly problem: Problem = {
    sentence: 'This browser could not store a payment.',
    nextStep: 'Leave the private mode of the browser, or free some space on this device, and reload the page.',
  }
  constructor({ cause }: { cause: unknown }) {
    super('The database of payments failed.', { cause })
  }
}

/** The browser lacks functions without which payments are not safe. */
export class UnsafeBrowserError extends Error {
  override readonly name = 'Payments.UnsafeBrowserError'
  readonly problem: Problem = {
    sentence: 'This browser cannot pay on this page.',
    nextStep: 'Open the page with https, in a browser of this year or the last two years.',
  }
  constructor() {
    super('The browser has no Web Locks, no IndexedDB or no WebCrypto.')
  }
}
