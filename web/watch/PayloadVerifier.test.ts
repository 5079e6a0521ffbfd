import { PayloadTree, Segment } from '@lp/contracts/protocol'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { HashAnswer, HashRequest } from './hashWorker'
import { PayloadVerifier } from './PayloadVerifier'

const data = Uint8Array.from({ length: 1_000 }, (_, index) => index)
const header = async () => ({ dataHash: await PayloadTree.hash(data) }) as Parameters<typeof Segment.verifyPayload>[0]

/** Replaces the workers of the browser. `receive` gets each request. */
function stubWorker(receive: (worker: Worker, request: HashRequest) => void): void {
  vi.stubGlobal(
    'Worker',
    class {
      terminate() {}
      postMessage(request: HashRequest) {
        setTimeout(() => receive(this as unknown as Worker, request))
      }
    },
  )
}
const answer = (worker: Worker, data: HashAnswer) => worker.onmessage?.({ data } as MessageEvent)

describe('PayloadVerifier', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it.each<[string, () => void]>([
    [
      'the worker answers that it could not hash',
      () => stubWorker((worker, { id }) => answer(worker, { id, failure: 'no WebAssembly' })),
    ],
    ['the worker fails', () => stubWorker((worker) => worker.onerror?.({ message: 'not fetched' } as ErrorEvent))],
    ['an answer cannot be read', () => stubWorker((worker) => worker.onmessageerror?.({} as MessageEvent))],
    [
      'the browser makes no worker',
      () =>
        vi.stubGlobal(
          'Worker',
          class {
            constructor() {
              throw new DOMException('Workers are blocked.', 'SecurityError')
            }
          },
        ),
    ],
  ])('hashes in the page if %s', async (_, stub) => {
    stub()
    const verifier = new PayloadVerifier()
    const known = await header()
    await verifier.verify(known, data)
    await expect(verifier.verify(known, data.slice(1))).rejects.toBeInstanceOf(Segment.WrongPayloadError)
    verifier.close()
  })
  it('hashes in the page while the worker does not answer, and in the worker when it answers again', async () => {
    vi.useFakeTimers()
    const requests: HashRequest[] = []
    let worker: Worker | undefined
    stubWorker((one, request) => {
      worker = one
      requests.push(request)
    })
    const verifier = new PayloadVerifier()
    const known = await header()
    const both = Promise.all([verifier.verify(known, data), verifier.verify(known, data)])
    await vi.advanceTimersByTimeAsync(3_000)
    await both
    await verifier.verify(known, data)
    expect(requests).toHaveLength(2)

    answer(worker as Worker, { id: 0, dataHash: known.dataHash })
    const later = verifier.verify(known, data)
    await vi.advanceTimersByTimeAsync(0)
    expect(requests).toHaveLength(3)
    answer(worker as Worker, { id: 2, dataHash: known.dataHash })
    await later
    // After the last answer, no time limit runs. So the page still asks the worker.
    await vi.advanceTimersByTimeAsync(3_000)
    void verifier.verify(known, data)
    await vi.advanceTimersByTimeAsync(0)
    expect(requests).toHaveLength(4)
    verifier.close()
  })
})
