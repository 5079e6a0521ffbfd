import { randomBytes } from 'node:crypto'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { logOf } from '../log'
import { RelayError } from './RelayError'

// A lock is a socket at which the process listens. The system closes the socket when the process ends, also after kill -9 or a power
// failure. So a process that has ended holds no lock. A lock file with a process id would not be enough, because the system can give the
// same process id to another process later.

const log = logOf('node')

/** The process that holds a lock, in words for the operator. */
export type Holder = { processId: number; host: string; startedAt: string }

export type Lock = { release(): Promise<void> }

type Purpose = { what: string; nextStep: string }

const self: Holder = { processId: process.pid, host: hostname(), startedAt: new Date().toISOString() }

/** Locks a data directory, so that only one relay can use it. Throws `HeldError`. */
export async function lockDirectory(directory: string): Promise<Lock> {
  const purpose = {
    what: `the data directory ${directory}`,
    nextStep: 'Stop that process, or choose another directory with --data.',
  }
  const { dev, ino } = await stat(directory, { bigint: true })
  const name = await lockName(`directory-${dev}-${ino}`, purpose)
  if (process.platform === 'win32') return name
  try {
    // Two containers do not see each other's names, but they can share the directory.
    const file = await lockFile(join(directory, 'lock'), purpose)
    return { release: () => file.release().finally(name.release) }
  } catch (error) {
    await name.release()
    throw error
  }
}

/** Locks a directory for builds of ffmpeg, so that only one process can build in it. Throws `HeldError`. */
export const lockBuilds = (directory: string): Promise<Lock> =>
  lockFile(join(directory, 'lock'), {
    what: `the builds of ffmpeg in ${directory}`,
    nextStep: 'Wait until that process has built ffmpeg, or has ended.',
  })

/**
 * Locks a key, so that only one relay or verifier on this machine can use the key on a chain. `network`: the chain's name. Throws
 * `HeldError`.
 */
export const lockKey = ({ address, network }: { address: string; network: string }): Promise<Lock> =>
  lockName(`key-${network}-${address.toLowerCase()}`, {
    what: `the key of ${address}`,
    nextStep: 'Stop that process, or choose another key with --keystore.',
  })

/**
 * Locks a name on this machine. On Linux the name is an abstract socket, and on Windows a pipe. Neither leaves a file behind. On
 * other systems the name is a file.
 */
async function lockName(name: string, purpose: Purpose): Promise<Lock> {
  if (process.platform === 'linux') return lockPath(`\0lp-relay-${name}`, purpose)
  if (process.platform === 'win32') return lockPath(`\\\\.\\pipe\\lp-relay-${name}`, purpose)
  return lockFile(`/tmp/lp-relay-${name}`, purpose)
}

async function lockPath(path: string, purpose: Purpose): Promise<Lock> {
  try {
    const server = await listen(path)
    return { release: () => close(server) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new HeldError({ ...purpose, holder: (await holderAt(path)) ?? undefined })
  }
}

/**
 * The lock is the file `path`, a socket. Each process first listens at a socket with a random name, and then links this socket to
 * `path`. The system makes a link only if `path` does not exist, so only one process succeeds.
 */
async function lockFile(path: string, purpose: Purpose): Promise<Lock> {
  const suffix = randomBytes(6).toString('hex')
  const own = `${path}-${suffix}`
  const server = await withShortPath(own, listen).catch((cause: NodeJS.ErrnoException) => {
    log.warn('this file system has no sockets, so another process that uses this directory is possibly not noticed', {
      ...{ path, reason: cause.code },
    })
    return undefined
  })
  if (!server) return { release: async () => {} }
  try {
    while (!(await linked(own, path))) {
      const holder = await withShortPath(path, holderAt)
      if (holder !== null) throw new HeldError({ ...purpose, holder })
      await discard(path, `${path}-stale-${suffix}`, purpose)
    }
  } catch (error) {
    await close(server)
    await rm(own, { force: true })
    throw error
  }
  const { ino } = await stat(path)
  await rm(own, { force: true })
  return {
    async release() {
      const held = await stat(path).catch(() => undefined)
      if (held?.ino === ino) await rm(path, { force: true })
      await close(server)
    },
  }
}

/** Removes the lock of a process that has ended. If another process has taken the lock in the meantime, gives the lock back. */
async function discard(path: string, stale: string, purpose: Purpose) {
  const moved = await rename(path, stale).then(
    () => true,
    () => false,
  )
  if (!moved) return
  const holder = await withShortPath(stale, holderAt)
  if (holder !== null) await linked(stale, path)
  await rm(stale, { force: true })
  if (holder !== null) throw new HeldError({ ...purpose, holder })
}

/** `false` when the path exists. */
async function linked(from: string, path: string): Promise<boolean> {
  try {
    await link(from, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** The address of a socket has at most 107 bytes, and the path of a directory can be longer. */
async function withShortPath<Result>(path: string, use: (path: string) => Promise<Result>): Promise<Result> {
  if (process.platform !== 'linux' || Buffer.byteLength(path) < 100) return use(path)
  const directory = await open(dirname(path))
  try {
    return await use(`/proc/self/fd/${directory.fd}/${basename(path)}`)
  } finally {
    await directory.close()
  }
}

function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(JSON.stringify(self))
  })
  // The lock alone must not keep the process alive.
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(server))
  })
}

/**
 * `null` when no process listens at the path. `undefined` when a process listens, but does not send a `Holder` within 2 s, or when we
 * cannot connect for another reason.
 */
async function holderAt(path: string): Promise<Holder | undefined | null> {
  const socket = connect(path)
  const refusal = await new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
  })
  if (refusal === 'ECONNREFUSED' || refusal === 'ENOENT') return null
  if (refusal) return undefined
  socket.on('error', () => {})
  socket.setTimeout(2_000, () => socket.destroy())
  try {
    return JSON.parse(await text(socket)) as Holder
  } catch {
    return undefined
  }
}

const close = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()))

export class HeldError extends RelayError {
  override readonly name = 'Lock.HeldError'
  constructor({ what, nextStep, holder }: Purpose & { holder: Holder | undefined }) {
    const by = holder
      ? `The lp-relay with process id ${holder.processId} on ${holder.host}, which has run since ${holder.startedAt},`
      : 'Another lp-relay'
    super(`${by} uses ${what}. ${nextStep}`)
  }
}
