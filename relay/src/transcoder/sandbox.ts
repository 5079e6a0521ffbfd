import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The confinement of ffmpeg, which decodes data from untrusted peers. `none`: only `Limits` apply. */
export type Sandbox = { kind: 'bubblewrap' } | { kind: 'none'; reason: string }

export type Limits = {
  /** The longest time from the start of a `SegmentRun` to the exit of ffmpeg. A segment that arrives slowly does not get more time. */
  timeoutMs: number
  cpuSeconds: number
  memoryBytes: number
}

export const defaultLimits: Limits = { timeoutMs: 30_000, cpuSeconds: 60, memoryBytes: 2 * 1024 ** 3 }

/** `$1`: CPU time in seconds. `$2`: memory in KiB. A system that cannot limit memory (macOS) runs ffmpeg without the memory limit. */
const limit = 'ulimit -t "$1"; ulimit -c 0; ulimit -n 64; ulimit -v "$2" 2>/dev/null; shift 2; exec "$@"'

const bubblewrap = [
  ...['bwrap', '--unshare-all', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--chdir', '/'],
  ...['/usr', '/etc/alternatives', '/etc/ld.so.cache', '/lib', '/lib32', '/lib64'].flatMap((path) => [
    ...['--ro-bind-try', path, path],
  ]),
]

/** The command line that runs `program` within the limits and the sandbox. */
export function confine({
  sandbox,
  limits,
  program,
  args,
}: {
  sandbox: Sandbox
  limits: Limits
  program: string
  args: readonly string[]
}): { command: string; args: string[] } {
  const inside = sandbox.kind === 'bubblewrap' ? [...bubblewrap, '--ro-bind', program, program, '--'] : []
  const limitArgs = [`${limits.cpuSeconds}`, `${Math.floor(limits.memoryBytes / 1024)}`]
  return { command: '/bin/sh', args: ['-c', limit, 'sh', ...limitArgs, ...inside, program, ...args] }
}

/**
 * Settings of the GNU C library. Each segment has its own ffmpeg process. Most of the time to start a process is spent in the kernel,
 * which gives the process memory in pages of 4 KiB. With one heap in pages of 2 MiB, the kernel needs a tenth of this time. Other C
 * libraries ignore the settings.
 */
const memory = ['hugetlb=1', 'mmap_threshold=1073741824', 'trim_threshold=1073741824', 'top_pad=16777216']
  .map((setting) => `glibc.malloc.${setting}`)
  .join(':')

/** All environment variables of the program. The shell needs `PATH` to find bubblewrap. */
export const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', GLIBC_TUNABLES: memory }

/**
 * Runs the program in bubblewrap as a trial, because containers and hardened kernels often forbid the namespaces that bubblewrap needs.
 * Resolves to the kind `none` if the trial fails.
 */
export async function findSandbox(program: string): Promise<Sandbox> {
  const { command, args } = confine({
    sandbox: { kind: 'bubblewrap' },
    limits: defaultLimits,
    program,
    args: ['-version'],
  })
  try {
    await promisify(execFile)(command, args, { env: environment, timeout: 10_000 })
    return { kind: 'bubblewrap' }
  } catch (error) {
    const { code, stderr = '' } = error as { code?: number | string; stderr?: string }
    const reason =
      code === 127 ? 'bubblewrap is not installed' : stderr.trim().slice(-200) || `bubblewrap ended with ${code}`
    return { kind: 'none', reason }
  }
}
