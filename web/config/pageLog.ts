import { Json } from '@lp/contracts/protocol'
import { configureLog, type Entry, parseSpec, type Spec, SpecError } from 'lp-relay/log'

/** The key of the setting in localStorage. */
const storageKey = 'lp.log'
/** If there is no setting, the console shows only warnings and faults. */
const defaultSpec = 'warn'

type Output = Pick<Console, 'debug' | 'info' | 'warn'>

/**
 * Writes the log of this page to the console. The setting is the query parameter `log`, as in `?log=mesh:debug#/broadcast`. Without this
 * parameter, the setting is the entry `lp.log` of localStorage. An unreadable setting is reported and ignored.
 */
export function startPageLog({
  search = location.search,
  storage = () => localStorage,
  output = console,
}: {
  search?: string
  /** In a browser that forbids storage, this function throws an error. */
  storage?(): Pick<Storage, 'getItem'>
  output?: Output
} = {}): void {
  const text = new URLSearchParams(search).get('log') ?? stored(storage) ?? defaultSpec
  configureLog({ spec: specOf(text, output), write: (entry) => writeTo(output, entry) })
}

function stored(storage: () => Pick<Storage, 'getItem'>): string | undefined {
  try {
    return storage().getItem(storageKey) ?? undefined
  } catch {
    // The browser forbids storage, so there is no stored setting. This error is not logged, because the log has not started yet.
    return undefined
  }
}

function specOf(text: string, output: Output): Spec {
  try {
    return parseSpec(text)
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    output.warn(error.message)
    return parseSpec(defaultSpec)
  }
}

function writeTo(output: Output, { level, room, message, facts, error }: Entry): void {
  if (level === 'silent') return
  const known = Object.entries(facts).filter(([, fact]) => fact !== undefined)
  const shown = known.map(([name, fact]) => `${name}=${textOf(fact)}`)
  output[level]([`[${room}]`, concealUrls(message), ...shown].join(' '), ...(error ? [errorText(error)] : []))
}

const textOf = (fact: unknown): string =>
  concealUrls(
    fact instanceof Error
      ? `${fact.name}: ${fact.message.split('\n')[0]}`
      : typeof fact === 'object'
        ? Json.stringify(fact)
        : String(fact),
  )

/**
 * Message and stack of an error and of its causes, as text. The console gets this text instead of the error object, because the console
 * would show the URLs in the error object.
 */
function errorText({ name, message, stack = '', cause }: Error): string {
  const frames = stack.split('\n').filter((line) => /^\s+at |^\S*@(https?|blob):/.test(line))
  const own = [`${name}: ${concealUrls(message)}`, ...frames].join('\n')
  if (cause === undefined) return own
  return `${own}\nCaused by ${cause instanceof Error ? errorText(cause) : textOf(cause)}`
}

/** Only the scheme and the host of a URL are shown: the key of an RPC can be in the path, the query or the user name. */
const concealUrls = (text: string): string =>
  text.replace(/\b((?:https?|wss?):\/\/)(?:[^\s/?#@]*@)?([^\s/?#"'`)\]}>,]+)[^\s"'`)\]}>,]*/g, '$1$2')
