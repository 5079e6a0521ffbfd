import { type Level, levels, type Spec } from './Spec'

/** One line of the log, before it is formatted. */
export type Entry = {
  level: Level
  /** The room (folder) that logs the entry: `mesh`, `gateway`. */
  room: string
  message: string
  /** Named values, which may be bigint. Never a key, a password or the URL of an RPC. */
  facts: Readonly<Record<string, unknown>>
  /** The error of a fault, with its cause and stack. */
  error: Error | undefined
}

type Facts = Readonly<Record<string, unknown>>

/** The log of one room. */
export type Log = {
  /** For developers. `facts` is called only when the room's log is at level `debug`. */
  debug(message: string, facts?: () => Facts): void
  info(message: string, facts?: Facts): void
  warn(message: string, facts?: Facts): void
  /**
   * Logs an error at level `warn`. The message is the error's name. Faults are counted by the error's code or, without a code, by this
   * name.
   */
  fault(error: Error, facts?: Facts): void
}

let spec: Spec = { level: 'silent', rooms: {} }
let write: (entry: Entry) => void = () => {}

/** Sets which entries this process or page logs, and the function that writes them. Before the first call nothing is logged. */
export function configureLog(options: { spec: Spec; write(entry: Entry): void }): void {
  spec = options.spec
  write = options.write
}

/** The log of a room. A module calls this function once, when the module is loaded. */
export function logOf(room: string): Log {
  const isOn = (level: Level) => levels.indexOf(level) >= levels.indexOf(spec.rooms[room] ?? spec.level)
  const at =
    (level: Level) =>
    (message: string, facts: Facts = {}) => {
      if (isOn(level)) write({ level, room, message, facts, error: undefined })
    }
  return {
    debug(message, facts = () => ({})) {
      if (isOn('debug')) write({ level: 'debug', room, message, facts: facts(), error: undefined })
    },
    info: at('info'),
    warn: at('warn'),
    fault(error, facts = {}) {
      if (isOn('warn')) write({ level: 'warn', room, message: error.name, facts, error })
    },
  }
}
