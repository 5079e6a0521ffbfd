import { spawn } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { ProtocolError } from '@lp/contracts/protocol'

/** Where and how the tools of a build run. */
export type Workshop = {
  /** The directory in which the tools write. */
  directory: string
  /** Receives the output of all tools. */
  log: FileHandle
  logPath: string
  /** The search path for the tools. */
  path: string
  /** Whether this process runs as root. If so, the tools run as `nobody`. */
  isRoot: boolean
  /** Whether the tools run at a low priority, because a relay on the same machine must serve its viewers. */
  isBeside: boolean
  signal?: AbortSignal | undefined
}

/** The user `nobody`: a build needs no rights, so no tool runs with the rights of root. */
export const nobody = 65_534

const maxOutput = 8 * 1024 ** 2

/** Runs a tool. Resolves to its standard output. Throws `ToolError`, or the error of `spawn` when `signal` aborts. */
export async function runTool(
  { directory, log, logPath, path, isRoot, isBeside, signal }: Workshop,
  {
    command,
    args,
    cwd = directory,
    env = {},
  }: { command: string; args: readonly string[]; cwd?: string; env?: Record<string, string> },
): Promise<string> {
  await log.write(`\n$ ${[command, ...args].join(' ')}\n`)
  const child = spawn(command, args, {
    cwd,
    // The tools see no keys and no settings of the relay.
    env: { PATH: path, HOME: directory, TMPDIR: directory, LC_ALL: 'C', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot && { uid: nobody, gid: nobody }),
    ...(signal && { signal }),
  })
  if (isBeside && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  let output = ''
  let errors = ''
  let logged = Promise.resolve()
  const record = (text: string) => {
    logged = logged.then(async () => void (await log.write(text)))
    logged.catch(() => undefined)
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-maxOutput)
    record(text)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-maxOutput)
    record(text)
  })
  const code = await new Promise<number | string>((resolve, reject) => {
    // The program cannot start, for example because its file system is mounted with noexec, or `signal` has ended the program.
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(signal?.aborted ? cause : new ToolError({ command, code: cause.code ?? 'unknown', output: '', logPath })),
    )
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  await logged
  if (code !== 0) throw new ToolError({ command, code, output: `${output}\n${errors}`, logPath })
  return output
}

export class ToolError extends ProtocolError {
  override readonly name = 'runTool.ToolError'
  readonly output: string
  constructor({
    command,
    code,
    output,
    logPath,
  }: {
    command: string
    code: number | string
    output: string
    logPath: string
  }) {
    const end = typeof code === 'number' ? `exit code ${code}` : code
    super(
      `The build of ffmpeg failed, because ${command} ended with ${end}. Read ${logPath}, correct the cause, and run lp-relay ffmpeg again.`,
    )
    this.output = output
  }
}
