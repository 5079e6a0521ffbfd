import { ProtocolError } from '@lp/contracts/protocol'

/** Ordered from the level that logs all entries to the level that logs no entries. */
export const levels = ['debug', 'info', 'warn', 'silent'] as const

export type Level = (typeof levels)[number]

/** Which entries are logged: one level for all rooms, and different levels for single rooms. */
export type Spec = { level: Level; rooms: Readonly<Record<string, Level>> }

/** Reads `warn,mesh:debug`: the level of all rooms (default `info`), then `room:level` for single rooms. Throws `SpecError`. */
export function parseSpec(text: string): Spec {
  const spec = { level: 'info' as Level, rooms: Object.create(null) as Record<string, Level> }
  for (const part of text.split(',').map((part) => part.trim())) {
    if (part === '') continue
    const [, room, level] = /^(?:([a-z][a-zA-Z]*):)?([a-z]+)$/.exec(part) ?? []
    if (!isLevel(level)) throw new SpecError({ part })
    if (room === undefined) spec.level = level
    else spec.rooms[room] = level
  }
  return spec
}

const isLevel = (text: string | undefined): text is Level => levels.some((level) => level === text)

export class SpecError extends ProtocolError {
  override readonly name = 'log.SpecError'
  /** Shown without a stack, because the person who wrote the text can correct the text. */
  readonly forPeople = true
  constructor({ part }: { part: string }) {
    super(
      `The log does not understand "${part.slice(0, 40)}". Write a level (${levels.join(', ')}) or a room and its level, as in mesh:debug.`,
    )
  }
}
