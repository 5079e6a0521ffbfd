import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamId } from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Blocklist, UnreadableBlocklistError } from './Blocklist'

const id = (digits: string) => `0x${digits.repeat(32)}` as StreamId.StreamId
const broadcaster = `0x${'Ab'.repeat(20)}` as const

let directory: string
let path: string
let blocklist: Blocklist | undefined
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-blocklist-'))
  path = join(directory, 'blocklist')
})
afterEach(async () => {
  blocklist?.close()
  await rm(directory, { recursive: true })
})

async function open(...lines: readonly string[]): Promise<Blocklist> {
  await writeFile(path, lines.join('\n'))
  blocklist = new Blocklist(path)
  return blocklist
}

describe('the blocklist of an operator', () => {
  it('names streams by their ids or links, and broadcasters by their addresses, with comments', async () => {
    const list = await open(
      '# complaint of 30 November',
      '',
      `${id('12')}   # spam`,
      `https://lp.example/app/#/watch/${id('34').toUpperCase().replace('0X', '0x')}?relay=abc`,
      broadcaster.toLowerCase(),
    )
    const reason = (streamId: StreamId.StreamId) => list.reasonFor({ streamId })
    expect(reason(id('12'))).toBe('line 3 of the blocklist names the stream')
    expect(reason(id('34'))).toBe('line 4 of the blocklist names the stream')
    expect(reason(id('56'))).toBeUndefined()
    expect(list.reasonFor({ streamId: id('56'), broadcaster })).toBe('line 5 of the blocklist names the broadcaster')
    expect(list.reasonFor({ streamId: id('56'), broadcaster: `0x${'cd'.repeat(20)}` })).toBeUndefined()
  })

  it('blocks nothing without a file', () => {
    expect(new Blocklist(undefined).reasonFor({ streamId: id('12'), broadcaster })).toBeUndefined()
  })

  it('is refused at the start of the relay if a line has another form, or if there is no file', async () => {
    await expect(open(id('12'), '0x1234')).rejects.toThrow(UnreadableBlocklistError)
    await expect(open(id('12'), '0x1234')).rejects.toThrow('line 2 is no stream id, link or address')
    expect(() => new Blocklist(join(directory, 'other'))).toThrow('the file cannot be read')
  })

  it('takes effect without a restart; after a wrong line, the previous list stays', async () => {
    const list = await open(id('12'))
    const changed = list.next('changed')
    await writeFile(path, id('34'))
    await changed
    const blocked = () => ['12', '34', '56'].filter((digits) => list.reasonFor({ streamId: id(digits) }))
    expect(blocked()).toEqual(['34'])
    const refused = list.next('refused')
    const next = list.next('changed')
    await writeFile(path, 'everything')
    await refused
    expect(blocked()).toEqual(['34'])
    await writeFile(path, `${id('56')}\n`)
    await next
    expect(blocked()).toEqual(['56'])
  }, 30_000)
})
