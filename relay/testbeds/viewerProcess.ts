import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privateKeyToAddress } from 'viem/accounts'
import { createSignal } from './createSignal'
import { fundViewer, type ViewedStream } from './payingViewer'
import { createProgram } from './program'
import type { Chain } from './startNode'
import type { ViewerReport, ViewerTask } from './viewerMain'

const nothing: ViewerReport = { played: 0, bytes: 0, cheques: [], faults: [] }

/** A paying viewer in a separate process, which can be killed and started again with the same keys and cheques. */
export async function createViewerProcess(chain: Chain, { streamId, url, maxWeiPerByte, stepBytes }: ViewedStream) {
  const directory = await mkdtemp(join(tmpdir(), 'lp-viewer-'))
  const keys = await fundViewer(chain)
  const stream = { streamId, url, maxWeiPerByte: `${maxWeiPerByte}`, ...(stepBytes && { stepBytes }) }
  const task: ViewerTask = { ...stream, rpcUrl: chain.rpcUrl, keys, directory }
  let report = nothing
  const { changed, until } = createSignal()
  const program = await createProgram<ViewerReport>('./viewerMain.ts', (said) => {
    report = said
    changed()
  })
  /** The bytes that earlier processes have checked. */
  let earlierBytes = 0
  const cheques: string[] = []
  const faults: string[] = []

  async function kill(): Promise<void> {
    await program.kill()
    earlierBytes += report.bytes
    faults.push(...report.faults)
    cheques.push(...report.cheques)
    report = nothing
  }

  return {
    ...{ address: privateKeyToAddress(keys.account), directory, start: () => program.start(task), kill },
    /** The bytes of the source and its renditions that the viewer has checked, as far as it has reported them. */
    bytes: () => earlierBytes + report.bytes,
    /** The `cumulative` of each cheque that the viewer has reported. */
    cheques: () => [...cheques, ...report.cheques].map(BigInt),
    faults: () => [...faults, ...report.faults],
    /** Resolves when the viewer has played `count` more segments. */
    playsOn(count: number): Promise<void> {
      const before = report.played
      return until(() => report.played >= before + count)
    },
  }
}
