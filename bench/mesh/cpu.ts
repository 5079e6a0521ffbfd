import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** Linux writes CPU time to /proc in clock ticks. On every usual Linux, a second has this number of ticks. */
const ticksPerS = 100

export type CpuTime = {
  /** Milliseconds of all cores since the start of the machine. */
  busyMs: number
  totalMs: number
  /**
   * CPU time, in seconds, of the processes that this process started, without the process `except` and its children. 0 if the system has no
   * /proc.
   */
  childrenS: number
}

export function readCpu({ except }: { except: number }): CpuTime {
  const times = cpus().map((cpu) => cpu.times)
  const totalMs = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  const busyMs = totalMs - times.reduce((sum, { idle }) => sum + idle, 0)
  return { busyMs, totalMs, childrenS: childrenTicks(except) / ticksPerS }
}

/** The CPU time and the memory of one process. 0 if the system has no /proc. */
export function readProcess(processId: number): { cpuMs: number; megabytes: number } {
  const fields = fieldsOf(`${processId}`)
  if (!fields) return { cpuMs: 0, megabytes: 0 }
  const pageBytes = 4_096
  return {
    cpuMs: (sum(fields.slice(11, 13)) / ticksPerS) * 1_000,
    megabytes: (Number(fields[21]) * pageBytes) / 1_000_000,
  }
}

function childrenTicks(except: number): number {
  const processes = new Map<number, { parent: number; ticks: number }>()
  for (const name of names()) {
    const fields = fieldsOf(name)
    // proc(5) lists the fields. Here they start after the name of the program. The CPU time of ended children is in fields of their parent.
    if (fields) processes.set(Number(name), { parent: Number(fields[1]), ticks: sum(fields.slice(11, 15)) })
  }
  const isOurs = (id: number): boolean => {
    if (id === except || id <= 1) return false
    return id === process.pid || isOurs(processes.get(id)?.parent ?? 0)
  }
  let ticks = 0
  for (const [id, own] of processes) if (id !== process.pid && isOurs(id)) ticks += own.ticks
  return ticks
}

function names(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

function fieldsOf(name: string): string[] | undefined {
  try {
    return readFileSync(`/proc/${name}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    // The process has ended.
    return undefined
  }
}

const sum = (values: readonly string[]) => values.reduce((total, value) => total + Number(value), 0)
