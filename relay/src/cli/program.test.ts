import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProgram } from './program'

const names = createProgram().commands.map((command) => command.name())

describe('lp-relay', () => {
  it('has these commands', () => {
    expect(names).toEqual([
      ...['start', 'relay', 'verify', 'key', 'status', 'doctor', 'init', 'ffmpeg'],
      ...['unbond', 'withdraw', 'deposit', 'withdraw-deposit', 'resign'],
    ])
  })

  it('names all commands in its help', () => {
    const help = createProgram().helpInformation()
    for (const name of names) expect(help).toContain(`\n  ${name} `)
  })

  it.each(names)('describes each option in the help of %s', (name) => {
    const command = createProgram().commands.find((command) => command.name() === name)
    const help = command?.helpInformation() ?? ''
    expect(help).toContain(`Usage: lp-relay ${name}`)
    for (const { long, description } of command?.options ?? []) {
      expect(help).toContain(long)
      expect(description).not.toBe('')
    }
  })

  it('shows the default of an amount in the unit in which the option is written', () => {
    const help = createProgram().commands[0]?.helpInformation() ?? ''
    expect(help).toMatch(/--stake <lpt> [\s\S]*\(default: 100\)/)
    expect(help).toMatch(/--price <wei> [\s\S]*\(default: 100\)/)
  })

  describe('with the address of an RPC in LP_RPC', () => {
    beforeEach(() => {
      process.env.LP_RPC = 'https://rpc.example/v3/secret-of-the-operator'
    })
    afterEach(() => {
      delete process.env.LP_RPC
    })

    it.each(names)('does not show this address in the help of %s', (name) => {
      const command = createProgram().commands.find((command) => command.name() === name)
      expect(command?.helpInformation()).not.toContain('secret-of-the-operator')
    })
  })
})

describe('OPERATING.md', () => {
  const room = fileURLToPath(new URL('../..', import.meta.url))
  const page = readFileSync(join(room, 'OPERATING.md'), 'utf8')
  const rows = [...page.matchAll(/^\| (.+?) +\| `(--[^`]+)` +\|/gm)]

  it('lists every option with its commands', () => {
    const documented = rows.flatMap(([, commands = '', option = '']) =>
      commandsOf(commands).map((name) => `${name} ${option}`),
    )
    const defined = createProgram().commands.flatMap((command) =>
      command.options.map(({ flags }) => `${command.name()} ${flags}`),
    )
    expect(documented.sort()).toEqual(defined.sort())
  })

  it('lists every variable of the environment', () => {
    const documented = [...page.matchAll(/^\| `(LP_\w+)` +\|/gm)].map(([, name]) => name)
    const sources = readdirSync(join(room, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ts$/.test(file) && !/\.(test|long)\.ts$/.test(file))
      .map((file) => readFileSync(join(room, 'src', file), 'utf8'))
    const used = new Set(sources.flatMap((source) => source.match(/\bLP_[A-Z_]+/g) ?? []))
    expect(documented.sort()).toEqual([...used].sort())
  })

  /** Reads a cell such as "`start`, `verify`" or "all but `key`". */
  function commandsOf(cell: string): string[] {
    const named = [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string)
    return cell.startsWith('all but') ? names.filter((name) => !named.includes(name)) : named
  }
})
