import { logOf } from 'lp-relay/log'
import { describe, expect, it } from 'vitest'
import { startPageLog } from './pageLog'

const stored = (value: string | null) => () => ({ getItem: (key: string) => (key === 'lp.log' ? value : null) })

/** Starts the log of a page, and collects its lines. */
function lines(search: string, storage: () => Pick<Storage, 'getItem'>) {
  const written: string[] = []
  const write = (...parts: unknown[]) => void written.push(parts.join('\n'))
  startPageLog({ search, storage, output: { debug: write, info: write, warn: write } })
  return written
}

describe('the setting of the log', () => {
  const said = (search: string, storage: () => Pick<Storage, 'getItem'>) => {
    const written = lines(search, storage)
    for (const room of ['mesh', 'watch']) for (const level of ['debug', 'warn'] as const) logOf(room)[level](level)
    return written
  }

  it('is the query parameter', () => {
    expect(said('?log=mesh:debug', stored(null))).toEqual(['[mesh] debug', '[mesh] warn', '[watch] warn'])
  })

  it('is the entry in localStorage when the parameter is missing', () => {
    expect(said('', stored('silent,watch:warn'))).toEqual(['[watch] warn'])
    expect(said('?log=silent', stored('debug'))).toEqual([])
  })

  it('is `warn` if there is no setting, and in a browser that forbids storage', () => {
    const forbidden = () => {
      throw new DOMException('Storage is forbidden.', 'SecurityError')
    }
    for (const storage of [stored(null), forbidden]) expect(said('', storage)).toEqual(['[mesh] warn', '[watch] warn'])
  })

  it('is ignored and reported when it cannot be read', () => {
    const written = said('?log=loud', stored(null))
    expect(written[0]).toContain('does not understand "loud"')
    expect(written.slice(1)).toEqual(['[mesh] warn', '[watch] warn'])
  })
})

describe('a line of the log', () => {
  it('shows facts of every type', () => {
    const written = lines('?log=debug', stored(null))
    const error = new RangeError('Too far.\nDetails: none.')
    logOf('act').debug('sent', () => ({ block: 2n ** 70n, to: undefined, error, facts: { wei: 1n } }))
    expect(written).toEqual(['[act] sent block=1180591620717411303424 error=RangeError: Too far. facts={"wei":"1"}'])
  })

  it('shows an error with its stack and its cause', () => {
    const written = lines('', stored(null))
    logOf('watch').fault(new TypeError('No picture.', { cause: new RangeError('Too small.') }), { level: '180p' })
    expect(written[0]).toContain('[watch] TypeError level=180p\nTypeError: No picture.')
    expect(written[0]).toMatch(/\n\s+at .*\nCaused by RangeError: Too small\.\n\s+at /s)
  })

  it('shows only the scheme and the host of a URL', () => {
    const written = lines('?log=debug', stored(null))
    const url = 'https://user:secret@rpc.example:8545/v3/secret?key=secret#secret'
    logOf('act').debug(`asked ${url}.`, () => ({ url, nested: [url] }))
    logOf('act').fault(new Error(`HTTP request failed.\n\nURL: ${url}\nRequest body: {}`, { cause: url }))
    expect(written.join()).not.toContain('secret')
    expect(written[0]).toContain('url=https://rpc.example:8545 nested=["https://rpc.example:8545"]')
  })
})
