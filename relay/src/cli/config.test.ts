import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { applyConfig, ConfigError, configText, writeConfig } from './config'
import { createProgram } from './program'

/** The values of the options of a command after it was called with these arguments and a file with this text. */
async function optionsWith(text: string, name = 'start', args: readonly string[] = []) {
  const file = join(await mkdtemp(join(tmpdir(), 'lp-config-')), 'lp-relay.toml')
  await writeFile(file, text)
  const program = createProgram()
  const command = program.commands.find((each) => each.name() === name)
  if (!command) throw expect.fail(`no command ${name}`)
  let options: Record<string, unknown> = {}
  command.action(() => {
    options = command.opts()
  })
  await program.parseAsync(['node', 'lp-relay', name, ...args, '--config', file])
  return options
}

describe('the file of --config', () => {
  it('gives the options that the command line does not give', async () => {
    const text = 'stake = 250\nport = 9000\nuri = "https://relay.example/"\nallow-http = true\nreward-cut = 3.5'
    const options = await optionsWith(text, 'start', ['--port', '9001'])
    expect(options).toMatchObject({ stake: 250n * 10n ** 18n, port: 9001, uri: 'https://relay.example' })
    expect(options).toMatchObject({ allowHttp: true, rewardCut: 35_000n, price: 100n })
  })

  it('comes after the environment', async () => {
    process.env.LP_RPC = 'http://127.0.0.1:1111'
    try {
      expect(await optionsWith('rpc = "http://127.0.0.1:2222"')).toMatchObject({ rpc: ['http://127.0.0.1:1111'] })
    } finally {
      delete process.env.LP_RPC
    }
    expect(await optionsWith('rpc = "http://127.0.0.1:2222"')).toMatchObject({ rpc: ['http://127.0.0.1:2222'] })
  })

  it('can have values for one command, which replace those for all commands', async () => {
    const text = 'port = 9000\nstake = 5\n[relay]\nport = 9002\nmax-streams = 3'
    expect(await optionsWith(text, 'relay')).toMatchObject({ port: 9002, maxStreams: 3 })
    expect(await optionsWith(text, 'start')).toMatchObject({ port: 9000, stake: 5n * 10n ** 18n })
  })

  it('reads a list as values separated by commas, or as an option that is repeated', async () => {
    const [one, two] = [`0x${'1'.repeat(64)}`, `0x${'2'.repeat(64)}`]
    const options = await optionsWith(
      `trackers = ["wss://one.example", "wss://two.example"]\n[relay]\nstream = ["${one}", "${two}"]`,
      'relay',
    )
    expect(options).toMatchObject({ trackers: ['wss://one.example', 'wss://two.example'], stream: [one, two] })
  })

  it.each([
    ['an unknown key', 'stak = 1', /: "stak" is not an option\. Run lp-relay init/],
    ['an option of another command in a table', '[verify]\nstake = 1', /: "verify\.stake" is not an option/],
    ['an unknown table', '[transcode]\nport = 1', /: \[transcode\] is not a command\. Its commands are start, relay/],
    ['a secret', 'password = "hidden"', /: "password" is not an option/],
    ['a value against the rule of the option', 'port = 70000', /: port has a wrong value\. A port is a number from 0/],
    ['the same in a table', '[start]\nstake = "much"', /: start\.stake has a wrong value\. Write a number of LPT/],
    ['a text for a flag', 'allow-http = "yes"', /: allow-http has a wrong value\. Write true or false\.$/],
    ['a date', 'stake = 2026-01-01', /: stake has a wrong value\. Write a text in quotes, a number/],
    ['an empty list', 'trackers = []', /: trackers has a wrong value/],
    ['no TOML', 'port = 1\nuri = https://relay.example', /: line 2 is not TOML\. Write a line as in/],
  ])('says where its fault is: %s', async (_, text, message) => {
    const wrong = optionsWith(text)
    await expect(wrong).rejects.toThrow(ConfigError)
    await expect(wrong).rejects.toThrow(message)
    await expect(wrong).rejects.not.toThrow(/hidden|much/)
  })

  it('must exist', () => {
    const [start] = createProgram().commands
    if (!start) throw expect.fail('no command')
    expect(() => applyConfig(start, '/nowhere/lp-relay.toml')).toThrow(/there is no such file\. Correct --config/)
  })
})

describe('lp-relay init', () => {
  it('writes each option of the roles once, as a comment with its default value', () => {
    const program = createProgram()
    const text = configText(program)
    const keys = [...text.matchAll(/^# ([a-z-]+) = /gm)].map(([, key]) => key)
    const wanted = program.commands
      .filter((command) => ['start', 'relay', 'verify'].includes(command.name()))
      .flatMap(({ options }) => options.map(({ long }) => long?.slice(2)))
      .filter((key) => key !== 'config')
    expect([...keys].sort()).toEqual([...new Set(wanted)].sort())
    expect(parse(text)).toEqual({})
    expect(text).toContain('# start: LPT to bond.\n# stake = 100\n')
    expect(text).toContain('Default: start 8935, relay 8935, verify 8936.')
  })

  it('writes lines that are right without their #', async () => {
    const lines = configText(createProgram()).replaceAll(/^# (?=(stake|price|port|host|max-waiting|keystore) = )/gm, '')
    expect(await optionsWith(lines)).toMatchObject({
      stake: 100n * 10n ** 18n,
      price: 100n,
      port: 8935,
      host: '0.0.0.0',
    })
  })

  it('keeps a file that exists', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'lp-config-')), 'folder', 'lp-relay.toml')
    expect(await writeConfig(createProgram(), file)).toContain(`lp-relay doctor --config ${file}`)
    const before = await readFile(file, 'utf8')
    await expect(writeConfig(createProgram(), file)).rejects.toThrow(/the file exists\. Move it/)
    expect(await readFile(file, 'utf8')).toBe(before)
  })
})
