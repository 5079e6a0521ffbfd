import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'
import { chromiumPath, launchBrowserWithoutCamera } from '../../../e2e/browser'
import { type Limits, Router } from './Router'

const name = (number: number) => `lp-bench-${process.pid}-${number}`
const device = (number: number) => `lpb${number}`
const addressOf = (number: number) => `10.77.${number}.1`
/** The host of the origin. It has no limits. */
const origin = 0

/**
 * A network in which each viewer has its own host with its own address. The hosts are network namespaces of this machine. All packets
 * between the hosts, to the origin and from the origin go through a `Router`. Needs root and socat.
 */
export class ShapedNetwork {
  readonly #router: Router
  readonly #directory = mkdtempSync(join(tmpdir(), 'lp-network-'))
  readonly #programs: ChildProcess[] = []
  readonly #forwarders: Server[] = []
  readonly #sockets = new Set<Socket>()
  readonly #ports: readonly number[]
  #hosts = 0

  private constructor(router: Router, ports: readonly number[]) {
    this.#router = router
    this.#ports = ports
  }

  /** `ports`: the TCP ports of the origin on loopback. Each host reaches them on its own loopback. */
  static async open(ports: readonly number[]): Promise<ShapedNetwork> {
    const network = new ShapedNetwork(await Router.open(), ports)
    await network.#attach(origin)
    ip('addr', 'add', `${addressOf(origin)}/16`, 'dev', device(origin))
    await Promise.all(ports.map((port) => network.#forward(port)))
    return network
  }

  /** Starts a browser on a new host. */
  async launch(): Promise<Browser> {
    const number = ++this.#hosts
    ip('netns', 'add', name(number))
    await this.#attach(number)
    const inside = (...args: string[]) => ip('-n', name(number), ...args)
    ip('link', 'set', device(number), 'netns', name(number))
    inside('link', 'set', 'lo', 'up')
    inside('link', 'set', device(number), 'up')
    inside('addr', 'add', `${addressOf(number)}/16`, 'dev', device(number))
    await Promise.all(
      this.#ports.map((port) =>
        this.#start('ip', [
          ...['netns', 'exec', name(number), 'socat', '-d', '-d'],
          ...[`TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`, `TCP:${addressOf(origin)}:${port}`],
        ]),
      ),
    )
    return launchBrowserWithoutCamera({ program: this.#program(number) })
  }

  /** Limits the connections of all viewers' hosts. */
  limit(limits: Limits): void {
    for (let number = 1; number <= this.#hosts; number++) this.#router.limit(addressOf(number), limits)
    // The origin has the delay and the loss of the viewers, but no limit for its upload.
    this.#router.limit(addressOf(origin), { ...limits, uploadBytesPerMs: Number.POSITIVE_INFINITY })
  }

  /** Call this after the browsers have been closed. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    for (const server of this.#forwarders) server.close()
    await Promise.all(
      this.#programs.map((program) => {
        const exited = once(program, 'exit')
        program.kill()
        return program.exitCode === null ? exited : undefined
      }),
    )
    for (let number = 1; number <= this.#hosts; number++) ip('netns', 'delete', name(number))
    this.#router.close()
    rmSync(this.#directory, { recursive: true })
  }

  /** Makes a network device whose packets go to the router. */
  async #attach(number: number): Promise<void> {
    const port = await freePort()
    this.#router.attach(addressOf(number), port)
    await this.#start('socat', [
      ...['-d', '-d', `UDP4:127.0.0.1:${this.#router.port},bind=127.0.0.1:${port}`],
      `TUN,tun-name=${device(number)},iff-no-pi,iff-up`,
    ])
  }

  /** Resolves when socat has opened its addresses. */
  #start(program: string, args: readonly string[]): Promise<void> {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#programs.push(child)
    let output = ''
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', () => reject(new SocatError({ output })))
      child.stderr.on('data', (chunk: Buffer) => {
        if (output.length < 10_000) output += chunk
        if (/ N (starting data transfer loop|listening on)/.test(output)) resolve()
      })
    })
  }

  /** Forwards a TCP port of the origin’s address in this network to the origin, which listens on loopback. */
  async #forward(port: number): Promise<void> {
    const server = createServer((socket) => {
      const onward = connect(port, 'localhost')
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.#sockets.add(one)
        one.setNoDelay()
        one.pipe(other)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          this.#sockets.delete(one)
          other.destroy()
        })
      }
    })
    server.listen(port, addressOf(origin))
    await once(server, 'listening')
    this.#forwarders.push(server)
  }

  /** A program that runs the browser on the host. */
  #program(number: number): string {
    const path = join(this.#directory, `browser-${number}`)
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${name(number)} ${chromiumPath()} "$@"\n`, { mode: 0o755 })
    return path
  }
}

const ip = (...args: string[]) => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

class SocatError extends Error {
  override readonly name = 'SocatError'
  constructor({ output }: { output: string }) {
    super(`socat could not connect a host to the network. Its output: ${output}`)
  }
}
