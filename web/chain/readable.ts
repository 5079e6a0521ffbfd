import { logOf } from 'lp-relay/log'

const log = logOf('chain')

/** Waits for a value that the page does not need. Resolves to `undefined` if the value cannot be read. */
export const readable = <Value>(read: Promise<Value>): Promise<Value | undefined> =>
  read.catch((error: unknown) => {
    log.debug('a value for the page cannot be read', () => ({ error }))
    return undefined
  })
