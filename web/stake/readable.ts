import { logOf } from 'lp-relay/log'

const log = logOf('stake')

/** The result of a read without which the page still works. Undefined if the read fails. */
export const readable = <Value>(read: Promise<Value>): Promise<Value | undefined> =>
  read.catch((error: unknown) => {
    log.debug('a part of the page cannot be read', () => ({ error }))
    return undefined
  })
