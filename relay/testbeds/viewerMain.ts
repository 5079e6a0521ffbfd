import { createPublicClient, http } from 'viem'
import { anvil } from 'viem/chains'
import { decodeEntry } from '../src/payment/chequeEntry'
import type { PaymentStore } from '../src/payment/PaymentStore'
import { EntryFiles } from '../src/storage/EntryFiles'
import { openViewer, type ViewedStream, type ViewerKeys } from './payingViewer'

export type ViewerTask = Omit<ViewedStream, 'maxWeiPerByte'> & {
  maxWeiPerByte: string
  rpcUrl: string
  keys: ViewerKeys
  /** The directory in which the viewer stores its cheques. */
  directory: string
}

/**
 * All values cover the time since the start of the process. `bytes`: the bytes of the source and its renditions that the viewer has
 * checked. `cheques`: the `cumulative` of each cheque that the viewer has written.
 */
export type ViewerReport = { played: number; bytes: number; cheques: string[]; faults: string[] }

/** The program of `createViewerProcess`. */
async function main({ rpcUrl, directory, maxWeiPerByte, ...stream }: ViewerTask): Promise<void> {
  const client = createPublicClient({ chain: anvil, transport: http(rpcUrl), pollingInterval: 100 })
  const files = await EntryFiles.open(directory)
  const report: ViewerReport = { played: 0, bytes: 0, cheques: [], faults: [] }
  const tell = () => process.send?.(report)
  const store: PaymentStore = {
    load: () => files.load(),
    async put(key, entry) {
      await files.put(key, entry)
      if (!key.startsWith('written/')) return
      report.cheques.push(`${decodeEntry(key, entry).cheque.cumulative}`)
      tell()
    },
  }
  const viewer = await openViewer(client, { ...stream, maxWeiPerByte: BigInt(maxWeiPerByte), store })
  const checked = viewer.payments.checked.bind(viewer.payments)
  viewer.payments.checked = (party, piece) => {
    report.bytes += piece.byteLength
    checked(party, piece)
  }
  // The process lives until the test ends it.
  process.once('disconnect', () => process.exit())
  await viewer.until(() => {
    const { played, faults } = viewer
    report.faults = faults.map(({ message }) => message)
    if (played.size > report.played) {
      report.played = played.size
      tell()
    }
    return false
  })
}

void main(JSON.parse(process.argv[2] ?? ''))
