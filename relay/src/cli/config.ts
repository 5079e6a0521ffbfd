import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Command, InvalidArgumentError, type Option } from 'commander'
import { parse, TomlError } from 'smol-toml'
import { RelayError } from '../node/RelayError'

// One file in TOML can have the options of all commands. A key is the long name of an option without the hyphens at its start. A key at the
// top of the file is for all commands that have the option; a key in the table [relay] is only for lp-relay relay.

/** These options cannot be in the file: one names the file, and the others ask commander for its own texts. */
const excluded = ['config', 'help', 'version']
/** The commands whose options `lp-relay init` writes into the file. */
const roles = ['start', 'relay', 'verify']

const keyOf = (option: Option) => option.long?.slice(2) ?? ''
const optionsOf = (command: Command) => command.options.filter((option) => !excluded.includes(keyOf(option)))

/**
 * Gives the command the values of the file for those options that neither the command line nor the environment sets. Checks all keys of
 * the file, also those of other commands. Throws `ConfigError`.
 */
export function applyConfig(command: Command, file: string): void {
  const program = command.parent ?? command
  const known = new Set(program.commands.flatMap(optionsOf).map(keyOf))
  const tables = new Map(program.commands.map((each) => [each.name(), each]))
  const document = read(file)
  const unknown = (key: string) =>
    new ConfigError(file, `"${key}" is not an option. Run lp-relay init to get a file with all options.`)
  const set = (key: string, value: unknown, shown: string) => {
    const option = optionsOf(command).find((option) => keyOf(option) === key)
    const source = option && command.getOptionValueSource(option.attributeName())
    if (!option || (source !== undefined && !['default', 'config'].includes(source))) return
    const parsed = readValue(option, value, (rule) => new ConfigError(file, `${shown} has a wrong value. ${rule}`))
    command.setOptionValueWithSource(option.attributeName(), parsed, 'config')
  }
  for (const [key, value] of Object.entries(document)) {
    if (isTable(value)) continue
    if (!known.has(key)) throw unknown(key)
    set(key, value, key)
  }
  for (const [name, table] of Object.entries(document)) {
    if (!isTable(table)) continue
    const owner = tables.get(name)
    if (!owner)
      throw new ConfigError(file, `[${name}] is not a command. Its commands are ${[...tables.keys()].join(', ')}.`)
    const own = optionsOf(owner).map(keyOf)
    for (const [key, value] of Object.entries(table)) {
      if (!own.includes(key)) throw unknown(`${name}.${key}`)
      if (owner === command) set(key, value, `${name}.${key}`)
    }
  }
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

function read(file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ConfigError(
      file,
      code === 'ENOENT'
        ? 'there is no such file. Correct --config, or write the file with lp-relay init.'
        : `the file cannot be read (${code}). Correct --config, or the permissions of the file.`,
    )
  }
  try {
    return parse(text)
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    throw new ConfigError(
      file,
      `line ${cause.line} is not TOML. Write a line as in: stake = 100, or: uri = "https://…".`,
    )
  }
}

/** Reads a value with the rule of the command line. A list is the same as values separated by commas, or as an option that is repeated. */
function readValue(option: Option, value: unknown, wrong: (rule: string) => Error): unknown {
  const isFlag = !option.required && !option.optional
  if (isFlag) {
    if (typeof value !== 'boolean') throw wrong('Write true or false.')
    return value
  }
  const texts = [value].flat()
  if (texts.length === 0 || !texts.every((text) => ['string', 'number', 'bigint'].includes(typeof text)))
    throw wrong('Write a text in quotes, a number, or a list of them.')
  const { parseArg } = option
  if (!parseArg) return texts.join(',')
  const isRepeated = /can be repeated/.test(option.description)
  try {
    return (isRepeated ? texts : [texts.join(',')]).reduce<unknown>(
      (before, text) => parseArg(String(text), before),
      undefined,
    )
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw wrong(error.message)
    throw error
  }
}

/** The text of a file with all options of the roles. Each option is a comment with its default value. */
export function configText(program: Command): string {
  const commands = program.commands.filter((command) => roles.includes(command.name()))
  const keys = [...new Set(commands.flatMap(optionsOf).map(keyOf))]
  const entries = keys.map((key) => {
    const having = commands.flatMap((command) => {
      const option = optionsOf(command).find((option) => keyOf(option) === key)
      return option ? [{ name: command.name(), option }] : []
    })
    const [first] = having
    if (!first) return ''
    const defaults = having.map(({ name, option }) => ({ name, text: defaultOf(option) }))
    const isOne = defaults.every(({ text }) => text === defaults[0]?.text)
    const differing = isOne ? '' : ` Default: ${defaults.map(({ name, text }) => `${name} ${text}`).join(', ')}.`
    const line = `# ${key} = ${exampleOf(first.option)}`
    return `# ${having.map(({ name }) => name).join(', ')}: ${first.option.description}.${differing}\n${line}\n`
  })
  return `${introduction}\n${entries.join('\n')}`
}

const introduction = `# The options of lp-relay. Remove the # before a line to use it. The command line and the environment come before this file.
# Use it with: lp-relay --config <this file>
# A key at the top is for all commands that have the option. For one command, write a table at the end, as in:
#   [relay]
#   port = 8937
# The password and the key of the operator cannot be in this file: use password-file, LP_PASSWORD or LP_PRIVATE_KEY.
`

const defaultOf = (option: Option): string => option.defaultValueDescription ?? String(option.defaultValue ?? 'none')

/** A line must be valid TOML after its # is removed. */
function exampleOf(option: Option): string {
  if (!option.required && !option.optional) return 'true'
  const text = option.defaultValue === undefined ? '' : defaultOf(option)
  return /^\d+(\.\d+)?$/.test(text) ? text : JSON.stringify(text)
}

/** Writes the file, unless it exists. Resolves to a sentence about the next step. Throws `ConfigError`. */
export async function writeConfig(program: Command, file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, configText(program), { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new ConfigError(file, 'the file exists. Move it to another place, or name another file with --config.')
    throw error
  })
  return `${file} is written. Remove the # before the options that you want to set, then run: lp-relay doctor --config ${file}`
}

export class ConfigError extends RelayError {
  override readonly name = 'ConfigError'
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`)
  }
}
