import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/**
 * Linux shares the cores first among sessions, and then among the processes of one session. So both the session and its processes get the
 * lowest priority. Some systems have no such file, and then have no such sharing.
 */
const atLowestPriority = '{ echo 19 > /proc/self/autogroup; } 2> /dev/null; exec nice -n 19 "$@"'

/** Starts a program that uses only the CPU time that other programs leave. It ends at the latest when this process exits. */
export function spawnInBackground(command: readonly string[], options: SpawnOptions): ChildProcess {
  // `detached` starts a session, which is also a process group.
  const child = spawn('sh', ['-c', atLowestPriority, 'sh', ...command], { ...options, detached: true })
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid)
  }
  process.once('exit', end)
  child.once('close', () => process.off('exit', end))
  return child
}
