import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startIngest } from '../../relay/testbeds/ingest'
import { checkReach } from './reach'

const closing: (() => unknown)[] = []
// Node has no WebRTC, like a browser that forbids WebRTC.
beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket))
afterEach(async () => {
  vi.unstubAllGlobals()
  for (const close of closing.splice(0)) await close()
})

async function relay() {
  const host = await startIngest()
  closing.push(host.close)
  return host
}

const { signal } = new AbortController()

describe('checkReach', () => {
  it('without WebRTC, chooses WebSocket if at least one relay accepts WebSockets', async () => {
    const [old, current] = [await relay(), await relay()]
    old.ingest.close()
    expect(await checkReach([old.url, current.url], signal)).toEqual({ webRtc: false })
  })

  it('throws a problem that names the next step if neither WebRTC nor WebSocket works', async () => {
    const host = await relay()
    host.ingest.close()
    await expect(checkReach([host.url], signal)).rejects.toMatchObject({
      problem: {
        sentence:
          'This browser or this network blocks WebRTC and WebSocket, but the page needs one of the two to send the stream.',
        nextStep: expect.stringContaining('Nothing was paid.'),
      },
    })
  })

  it('throws a problem if no relay answers', async () => {
    const host = await relay()
    closing.length = 0
    await host.close()
    await expect(checkReach([host.url], signal)).rejects.toMatchObject({
      problem: { sentence: 'The only transcoder at this price does not answer this page.' },
    })
  })

  it('throws an AbortError if the signal is aborted', async () => {
    const host = await relay()
    await expect(checkReach([host.url], AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})
