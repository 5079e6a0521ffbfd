import { inspect } from 'node:util'
import { explain } from '../node/explain'
import { logToStderr } from '../node/logToStderr'
import { RelayError } from '../node/RelayError'
import { conceal, hideSecret } from '../node/secrets'
import { createProgram } from './program'

/** Prints an error and ends the process. Prints the stack only for a defect of this program, because the stack helps to find the defect. */
function fail(error: unknown): void {
  process.exitCode = 1
  console.error(conceal(explain(error) ?? inspect(error)))
  process.exit()
}

async function main() {
  hideSecret(process.env.LP_PRIVATE_KEY)
  hideSecret(process.env.LP_PASSWORD)
  hideSecret(process.env.LP_STATUS_TOKEN)
  logToStderr(process.env.LP_LOG ?? 'info')
  const program = createProgram()
  const [first] = process.argv.slice(2)
  const names = ['help', ...program.commands.map((command) => command.name())]
  // Without this check, commander would read an unknown first word as an argument of the default command.
  if (first && !first.startsWith('-') && !names.includes(first)) throw new UnknownCommandError(first, names.slice(1))
  // After an option of the default command, commander also reads the name of a command as an argument.
  program.commands
    .find((command) => command.name() === 'start')
    ?.allowExcessArguments()
    .hook('preAction', (_, { args: [word] }) => {
      if (word === undefined) return
      throw names.includes(word) ? new LateCommandError(word) : new UnknownCommandError(word, names.slice(1))
    })
  await program.parseAsync()
}

class UnknownCommandError extends RelayError {
  override readonly name = 'UnknownCommandError'
  constructor(command: string, names: readonly string[]) {
    // A longer word, or a word with other characters, can be a key, or the address of an RPC without its option.
    const name = /^[a-z-]{1,30}$/i.test(command) ? `"${command}"` : 'of this name'
    super(
      `lp-relay has no command ${name}: its commands are ${names.join(', ')}. Run lp-relay --help to see all commands.`,
    )
  }
}

class LateCommandError extends RelayError {
  override readonly name = 'LateCommandError'
  constructor(command: string) {
    super(
      `The command "${command}" must be the first word. Write its options after it, as in: lp-relay ${command} --help.`,
    )
  }
}

// The reader of a pipe, as in `lp-relay status | head`, may end before this program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
})
process.on('uncaughtException', fail)
main().catch(fail)
