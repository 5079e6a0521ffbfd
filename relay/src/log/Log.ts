import { type Level, levels, type Spec } from './Spec'

/** One line of the log, before it is formatted. */
export type Entry = {
  level: Level
  /** The room that speaks: `mesh`, `gateway`. */
  room: string
  message: string
  /** Named values; integers of the chain may be bigint. Never a key, a password or the URL of an RPC. */
  facts: Readonly<Record<string, unknown>>
  /** With its cause and stack. */
  error: Error | undefined
}

type Facts = Readonly<Record<string, unknown>>

/** The log of one room. */
export type Log = {
  /** What a developer follows. `facts` is called only when the room's log is at level `debug`. */
  debug(message: string, facts?: () => Facts): void
  info(message: string, facts?: Facts): void
  warn(message: string, facts?: Facts): void
  /** Something failed. Its name is the kind by which faults are counted. */
  fault(error: Error, facts?: Facts): void
}

let spec: Spec = { level: 'silent', rooms: {} }
let write: (entry: Entry) => void = () => {}

/** Sets what is logged in this process or page, and where it goes. Before the first call nothing is logged. */
export function configureLog(options: { spec: Spec; write(entry: Entry): void }): void {
  spec = options.spec
  write = options.write
}

/** The log of a room. Each room has one, made when its module is loaded. */
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
