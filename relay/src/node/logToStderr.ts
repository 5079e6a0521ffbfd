import { pino, stdSerializers } from 'pino'
import { configureLog, parseSpec } from '../log'
import { conceal } from './secrets'

/**
 * Logs JSON lines to stderr, for operators and their machines, and conceals secrets. `text`: the setting, as in `LP_LOG`.
 * Throws `log.SpecError`.
 */
export function logToStderr(
  text: string,
  stderr: { write(line: string): unknown } = pino.destination({ fd: 2, sync: true }),
): void {
  const lines = pino(
    { base: {}, level: 'debug', serializers: { error: stdSerializers.errWithCause } },
    { write: (line: string) => void stderr.write(conceal(line)) },
  )
  configureLog({
    spec: parseSpec(text),
    write({ level, room, message, facts, error }) {
      if (level !== 'silent') lines[level]({ room, ...inJson(facts), ...(error && { error }) }, message)
    },
  })
}

/** Integers of the chain are larger than JSON's. */
const inJson = (facts: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'bigint' ? `${fact}` : fact]))
