import { pino, stdSerializers } from 'pino'
import { configureLog, parseSpec } from '../log'
import { conceal } from './secrets'

/**
 * Writes the log to stderr as JSON lines, and conceals secrets. `text`: the setting, in the format of `LP_LOG`. Throws
 * `log.SpecError`.
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

/** JSON has no bigint. */
const inJson = (facts: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'bigint' ? `${fact}` : fact]))
