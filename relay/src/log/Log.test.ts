import { afterEach, describe, expect, test } from 'vitest'
import { configureLog, type Entry, logOf, parseSpec } from '.'

const entries: Entry[] = []
const configure = (text: string) => configureLog({ spec: parseSpec(text), write: (entry) => entries.push(entry) })

afterEach(() => {
  entries.length = 0
  configureLog({ spec: parseSpec('silent'), write: () => {} })
})

describe('parseSpec', () => {
  test.each([
    ['', { level: 'info', rooms: {} }],
    ['debug', { level: 'debug', rooms: {} }],
    ['mesh:debug', { level: 'info', rooms: { mesh: 'debug' } }],
    ['warn, mesh:debug,gateway:silent', { level: 'warn', rooms: { mesh: 'debug', gateway: 'silent' } }],
  ])('reads "%s"', (text, spec) => {
    expect(parseSpec(text)).toEqual(spec)
  })

  test.each(['loud', 'mesh:', ':debug', 'mesh:loud', 'a:b:debug', '__proto__:debug'])('refuses "%s"', (text) => {
    expect(() => parseSpec(text)).toThrow(
      `The log does not understand "${text}". Write a level (debug, info, warn, silent) or a room and its level, as in mesh:debug.`,
    )
  })
})

describe('logOf', () => {
  test('writes the entries at and above the level of the room', () => {
    configure('warn,mesh:debug')
    for (const room of ['mesh', 'gateway']) {
      const log = logOf(room)
      log.debug('met', () => ({ peer: 'a' }))
      log.info('joined')
      log.warn('crowded', { peers: 9 })
    }
    expect(entries.map(({ room, level, message, facts }) => [room, level, message, facts])).toEqual([
      ['mesh', 'debug', 'met', { peer: 'a' }],
      ['mesh', 'info', 'joined', {}],
      ['mesh', 'warn', 'crowded', { peers: 9 }],
      ['gateway', 'warn', 'crowded', { peers: 9 }],
    ])
  })

  test('writes a fault with its error, and uses the error’s name as the message', () => {
    configure('info')
    const error = new TypeError('The piece is too long.', { cause: new Error('sent by a peer') })
    logOf('mesh').fault(error, { bytes: 7n })
    expect(entries).toEqual([{ level: 'warn', room: 'mesh', message: 'TypeError', facts: { bytes: 7n }, error }])
  })

  test('does not compute the facts of an entry that is not written', () => {
    configure('info')
    logOf('mesh').debug('met', () => {
      throw new Error('computed')
    })
    expect(entries).toEqual([])
  })
})
