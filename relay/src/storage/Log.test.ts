import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Log, WriteError } from './Log'

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-log-'))
  path = join(directory, 'new', 'log')
})
afterEach(() => rm(directory, { recursive: true }))

/** Opens the log and says what is in it. */
async function open() {
  const lines: string[] = []
  return { log: await Log.open(path, (line) => lines.push(line)), lines }
}

/** What a new run finds. */
async function read() {
  const { log, lines } = await open()
  await log.close()
  return lines
}

describe('Log', () => {
  it('gives back its lines in the order in which they were appended', async () => {
    const { log } = await open()
    const lines = Array.from({ length: 200 }, (_, index) => `{"line":${index},"ä":"${'x'.repeat(index * 10)}"}`)
    await Promise.all(lines.map((line) => log.append(line)))
    await log.close()
    expect(await read()).toEqual(lines)
  })

  it('has a line on disk when append resolves', async () => {
    const { log } = await open()
    await log.append('first')
    expect(await readFile(path, 'utf8')).toBe('first\n')
    await log.close()
  })

  it('forgets a last line torn at any byte, and goes on where it began', async () => {
    const last = JSON.stringify({ segment: { sequenceNumber: '7', signature: `0x${'ab'.repeat(65)}`, note: 'ä' } })
    const whole = Buffer.from(`first\n${last}\n`)
    for (let length = 6; length < whole.length; length += 1) {
      await rm(join(directory, 'new'), { recursive: true, force: true })
      await (await open()).log.close()
      await writeFile(path, whole.subarray(0, length))
      const { log, lines } = await open()
      expect(lines).toEqual(['first'])
      if (length % 16 === 0) await log.append('second')
      await log.close()
      expect(await readFile(path, 'utf8')).toBe(length % 16 === 0 ? 'first\nsecond\n' : 'first\n')
    }
  })

  it('reads lines longer than one read of the disk', async () => {
    const long = 'x'.repeat(300_000)
    const { log } = await open()
    await log.append(long)
    await log.append('short')
    await log.close()
    expect(await read()).toEqual([long, 'short'])
  })

  it('says so when it cannot write', async () => {
    const { log } = await open()
    await log.close()
    await expect(log.append('late')).rejects.toThrow(WriteError)
  })
})
