import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startIngest } from '../../relay/testbeds/ingest'
import { checkReach } from './reach'

const closing: (() => unknown)[] = []
// Node has no WebRTC, as a browser that forbids it.
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
  it('finds the way over WebSocket where WebRTC is not possible, if one relay accepts it', async () => {
    const [old, current] = [await relay(), await relay()]
    old.ingest.close()
    expect(await checkReach([old.url, current.url], signal)).toEqual({ webRtc: false })
  })

  it('refuses when neither way works, and names the next step', async () => {
    const host = await relay()
    host.ingest.close()
    await expect(checkReach([host.url], signal)).rejects.toMatchObject({
      problem: {
        sentence: 'This browser or this network blocks WebRTC and WebSocket, and one of the two must send the stream.',
        nextStep: expect.stringContaining('Nothing was paid.'),
      },
    })
  })

  it('refuses when no relay answers', async () => {
    const host = await relay()
    closing.length = 0
    await host.close()
    await expect(checkReach([host.url], signal)).rejects.toMatchObject({
      problem: { sentence: 'The only transcoder at this price does not answer this page.' },
    })
  })

  it('ends when the broadcaster goes back', async () => {
    const host = await relay()
    await expect(checkReach([host.url], AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})
