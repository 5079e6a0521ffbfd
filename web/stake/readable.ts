import { logOf } from 'lp-relay/log'

const log = logOf('stake')

/** Reads a value without which the page can still work. Resolves to `undefined` if the value cannot be read. */
export const readable = <Value>(read: Promise<Value>): Promise<Value | undefined> =>
  read.catch((error: unknown) => {
    log.debug('a part of the page cannot be read', () => ({ error }))
    return undefined
  })
