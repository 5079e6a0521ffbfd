import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { privateKeyToAddress } from 'viem/accounts'
import { fundViewer, type ViewedStream } from './payingViewer'
import { bundle } from './servePage'
import type { Chain } from './startNode'
import type { ViewerReport, ViewerTask } from './viewerMain'

/** The bundle is stored here, because Node then finds the packages that the bundle imports. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))

const nothing: ViewerReport = { played: 0, bytes: 0, cheques: [], faults: [] }

/** A paying viewer in a separate process, which can be killed and started again with the same keys and cheques. */
export async function createViewerProcess(chain: Chain, { streamId, url, maxWeiPerByte, stepBytes }: ViewedStream) {
  const directory = await mkdtemp(join(tmpdir(), 'lp-viewer-'))
  const keys = await fundViewer(chain)
  const stream = { streamId, url, maxWeiPerByte: `${maxWeiPerByte}`, ...(stepBytes && { stepBytes }) }
  const task: ViewerTask = { ...stream, rpcUrl: chain.rpcUrl, keys, directory }
  const program = join(cache, `lp-viewer-${process.pid}.mjs`)
  await mkdir(cache, { recursive: true })
  await writeFile(program, await bundle('./viewerMain.ts', 'node'))
  let child: ChildProcess | undefined
  let report = nothing
  /** The bytes that earlier processes have checked. */
  let earlierBytes = 0
  const cheques: string[] = []
  const faults: string[] = []

  function start(): void {
    const started = spawn(process.execPath, [program, JSON.stringify(task)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const endWithUs = () => started.kill('SIGKILL')
    process.once('exit', endWithUs)
    started.once('exit', () => process.off('exit', endWithUs))
    started.on('message', (message: ViewerReport) => {
      report = message
    })
    child = started
  }

  async function kill(): Promise<void> {
    if (!child) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    child = undefined
    earlierBytes += report.bytes
    faults.push(...report.faults)
    cheques.push(...report.cheques)
    report = nothing
  }

  return {
    ...{ address: privateKeyToAddress(keys.account), directory, start, kill },
    /** The bytes of the source and its renditions that the viewer has checked, as far as it has reported them. */
    bytes: () => earlierBytes + report.bytes,
    /** The `cumulative` of each cheque that the viewer has reported. */
    cheques: () => [...cheques, ...report.cheques].map(BigInt),
    faults: () => [...faults, ...report.faults],
    /** Resolves when the viewer has played `count` more segments. */
    async playsOn(count: number): Promise<void> {
      const before = report.played
      while (report.played < before + count) await once(child as ChildProcess, 'message')
    },
  }
}
