import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { damage, linesOf } from '../../testbeds/damage'
import { failOnFault } from '../../testbeds/faults'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { type DamagedLogError, LineLog, WriteError } from './LineLog'
import { encodeLine, type LogLine } from './logLine'
import { NewerVersionError } from './NewerVersionError'
import { maxLineBytes } from './readLines'
import { maxSideBytes, sideFileOf } from './setAside'

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-log-'))
  path = join(directory, 'new', 'log')
})
afterEach(() => rm(directory, { recursive: true }))

/** In `npm test`, the tests damage each fifth bit or byte. The other bits and bytes are damaged in `npm run test:long`. */
const stride = process.env.LP_LONG ? 1 : 5

const version = 1
const sealed = (entry: unknown) => `${encodeLine({ version, entry: JSON.stringify(entry) })}\n`

/** Opens the log. Returns the log, its entries and its faults. */
async function open() {
  const entries: unknown[] = []
  const faults: DamagedLogError[] = []
  const log = await LineLog.open({
    ...{ path, version },
    onLine: ({ entry }) => entries.push(entry),
    onFault: (fault) => faults.push(fault),
  })
  return { log, entries, faults }
}

/** Opens and closes the log. Returns the entries and faults that were found. */
async function read() {
  const { log, ...found } = await open()
  await log.close()
  return found
}

async function write(...lines: readonly string[]) {
  await (await open()).log.close()
  await writeFile(path, lines.join(''))
}

describe('a log', () => {
  it('returns its lines in the order in which they were appended', async () => {
    const { log } = await open()
    const entries = Array.from({ length: 200 }, (_, index) => ({ index, ä: 'x'.repeat(index * 10) }))
    await Promise.all(entries.map((entry) => log.append(JSON.stringify(entry))))
    await log.close()
    expect(await read()).toEqual({ entries, faults: [] })
  })

  it('has a new line on disk when append resolves', async () => {
    const { log } = await open()
    await log.append('{"number":1}')
    expect(await readFile(path, 'utf8')).toBe('{"version":1,"entry":{"number":1},"checksum":"f272efe8"}\n')
    await log.close()
  })

  it('reads a line that is longer than one chunk of the file', async () => {
    const long = 'x'.repeat(300_000)
    const { log } = await open()
    await log.append(JSON.stringify(long))
    await log.append('"short"')
    await log.close()
    expect((await read()).entries).toEqual([long, 'short'])
  })

  it('rejects with WriteError when it cannot write', async () => {
    const { log } = await open()
    await log.close()
    await expect(log.append('"late"')).rejects.toThrow(WriteError)
  })
})

describe('a last line without a line break', () => {
  it('is set aside and replaced by the next line, however many of its bytes were written', async () => {
    const whole = Buffer.from(sealed('first') + sealed({ signature: `0x${'ab'.repeat(65)}`, note: 'ä' }))
    const first = sealed('first').length
    for (let length = first + 1; length < whole.length; length += stride) {
      await rm(join(directory, 'new'), { recursive: true, force: true })
      await write()
      await writeFile(path, whole.subarray(0, length))
      const { log, entries, faults } = await open()
      expect(entries).toEqual(['first'])
      expect(faults).toMatchObject([{ path, lines: 1, first: [{ line: 2 }] }])
      expect(await readFile(sideFileOf(path))).toEqual(
        Buffer.concat([whole.subarray(first, length), Buffer.from('\n')]),
      )
      await log.append('"second"')
      await log.close()
      expect(await readFile(path, 'utf8')).toBe(sealed('first') + sealed('second'))
    }
  })

  it('does not damage the line that is appended after it, even if the unfinished line is too long for the side file', async () => {
    await write(sealed('first'), 'x'.repeat(maxLineBytes + 1))
    const { log, faults } = await open()
    expect(faults).toMatchObject([{ lines: 1, first: [{ line: 2 }] }])
    await log.append('"second"')
    await log.close()
    expect((await read()).entries).toEqual(['first', 'second'])
  })
})

describe('a last line of spaces', () => {
  it('is ignored, and the previous line stays', async () => {
    await write('damaged\n', sealed('first'), '   ')
    const { log, entries } = await open()
    expect(entries).toEqual(['first'])
    await log.append('"second"')
    await log.close()
    expect(await read()).toEqual({ entries: ['first', 'second'], faults: [] })
  })
})

describe('a damaged line', () => {
  const lines = ['first', 'second', 'third'].map(sealed) as [string, string, string]

  it('is set aside, is reported once with file, line and cause, and no other line is lost', async () => {
    await write(lines[0], lines[1].replace('second', 'sekond'), lines[2])
    const { entries, faults } = await read()
    expect(entries).toEqual(['first', 'third'])
    expect(faults[0]?.message).toBe(
      [
        'A log has damaged lines, which are not used.',
        `File: ${path}`,
        'Damaged lines: 1',
        'Line 2: The checksum is wrong.',
        `Copied: 1 in ${sideFileOf(path)}`,
      ].join('\n'),
    )
    expect(await readFile(sideFileOf(path), 'utf8')).toBe(lines[1].replace('second', 'sekond'))
    expect(await read()).toEqual({ entries: ['first', 'third'], faults: [] })
  })

  it('is detected for each flipped bit', async () => {
    const line = Buffer.from(lines[1])
    for (let bit = 0; bit < line.length * 8; bit += stride) {
      const flipped = Buffer.from(line)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      await write(lines[0])
      await appendFile(path, Buffer.concat([flipped, Buffer.from(lines[2])]))
      const found = await read()
      expect(found.entries).toEqual(['first', 'third'])
      // If the flipped bit makes a new line break, the line becomes two damaged lines.
      expect(found.faults[0]?.lines).toBe(flipped.subarray(0, -1).includes(10) ? 2 : 1)
    }
  })

  it('is the only lost line if its line break is damaged; a missing line break loses no line', async () => {
    await write(`${lines[0].slice(0, -1)}?`, lines[1].slice(0, -1), lines[2])
    const { entries, faults } = await read()
    expect(entries).toEqual(['second', 'third'])
    expect(faults).toMatchObject([{ lines: 1, first: [{ line: 1 }] }])
    expect(await read()).toEqual({ entries: ['second', 'third'], faults: [] })
  })

  it('can also be a line whose checksum is right, but whose content the reader refuses', async () => {
    class UselessError extends ProtocolError {
      override readonly name = 'UselessError'
    }
    await write(...lines)
    const faults: DamagedLogError[] = []
    const onLine = ({ entry }: LogLine) => {
      if (entry === 'second') throw new UselessError('The line is useless.')
    }
    const log = await LineLog.open({ path, version, onLine, onFault: (fault) => faults.push(fault) })
    await log.close()
    expect(faults).toMatchObject([{ lines: 1, first: [{ line: 2, cause: { name: 'UselessError' } }] }])
    expect((await read()).entries).toEqual(['first', 'third'])
  })

  it('stays in the log, and is reported again, when the side file has no space for it', async () => {
    const broken = `${'x'.repeat(1_000)}\n`
    await write(lines[0], broken.repeat(1_100), lines[2])
    const { entries, faults } = await read()
    expect(entries).toEqual(['first', 'third'])
    expect(faults).toMatchObject([{ lines: 1_100 }])
    expect(faults[0]?.first).toHaveLength(10)
    expect((await stat(sideFileOf(path))).size).toBeLessThanOrEqual(maxSideBytes)
    const again = await read()
    expect(again).toMatchObject({ entries, faults: [{ lines: 1_100 - Math.floor(maxSideBytes / 1_001) }] })
  })
})

describe('the version of a line', () => {
  it('is 0 for a line that an earlier release wrote without a version', async () => {
    await write('{"old":1}\n', sealed({ new: 2 }))
    const lines: LogLine[] = []
    const log = await LineLog.open({ path, version, onLine: (line) => lines.push(line), onFault: failOnFault })
    await log.close()
    expect(lines).toMatchObject([
      { version: 0, entry: { old: 1 } },
      { version: 1, entry: { new: 2 } },
    ])
  })

  it('is refused when it is too new; the error names the next step, and the file stays unchanged', async () => {
    const lines = [sealed('first'), 'damaged\n', `${encodeLine({ version: 2, entry: '"new"' })}\n`, 'torn']
    await write(...lines)
    await expect(open()).rejects.toThrow(NewerVersionError)
    await expect(open()).rejects.toThrow(/install the newest lp-relay/)
    expect(await readFile(path, 'utf8')).toBe(lines.join(''))
  })
})

describe('a log after random damage', () => {
  const entries = Array.from({ length: 30 }, (_, index) => ({ index, hash: `0x${index.toString(16).repeat(64)}` }))
  const whole = Buffer.from(entries.map(sealed).join(''))
  const known = new Set(linesOf(whole).map(String))

  it.each(seeds(300))('loses no undamaged line, and reads no line that was never written (seed %i)', async (seed) => {
    const random = randomFrom(seed)
    const damaged = damage(random, whole)
    await write()
    await writeFile(path, damaged)
    const good = linesOf(damaged)
      .map(String)
      .filter((line) => known.has(line))
    const { log, entries: found } = await open()
    const foundLines = found.map(sealed)
    expect(foundLines.every((line) => known.has(line))).toBe(true)
    expect(isWithin(good, foundLines)).toBe(true)
    await log.append('"next"')
    await log.close()
    const again = await read()
    expect(again.entries).toEqual([...found, 'next'])
    expect(again.faults).toEqual([])
  })
})

/** Whether `many` contains all lines of `few` in the same order. */
function isWithin(few: readonly string[], many: readonly string[]): boolean {
  let next = 0
  for (const one of many) if (one === few[next]) next++
  return next === few.length
}
