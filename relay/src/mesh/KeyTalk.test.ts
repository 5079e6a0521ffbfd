import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { type Neighbourhood, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { startWebRtc } from '../../testbeds/wrtc'
import { NoKeyServerError } from './KeyTalk'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
})
afterEach(() => neighbourhood.close())
afterAll(() => webRtc.cleanup())

const { signal } = new AbortController()
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytes = (value: string) => new TextEncoder().encode(value)

/** A relay with this desk, and a viewer that is connected to it. */
async function customerAndDesk(keyDesk?: (question: Uint8Array) => Promise<Uint8Array | undefined>) {
  const server = neighbourhood.join({ hello: neighbourhood.asRelay, keyDesk })
  const viewer = neighbourhood.join()
  await untilPeers(server, 1)
  while (viewer.mesh.stats.neighbours.length === 0) await viewer.mesh.next('change')
  const address = neighbourhood.relayAddress
  return {
    server,
    viewer,
    address,
    ask: (content: string) => viewer.mesh.askKeyServer(address, { content: bytes(content), signal }),
  }
}

test('a viewer asks the key server that has proven its address, and gets the answer to each question', async () => {
  const { viewer, address, ask } = await customerAndDesk(async (question) => bytes(`answer to ${text(question)}`))
  expect(viewer.mesh.reachesKeyServer(address)).toBe(true)
  const answers = await Promise.all([ask('one'), ask('two'), ask('three')])
  expect(answers.map(text)).toEqual(['answer to one', 'answer to two', 'answer to three'])
})

test('a relay that sells no keys is not asked', async () => {
  const { viewer, address, ask } = await customerAndDesk()
  expect(viewer.mesh.reachesKeyServer(address)).toBe(false)
  await expect(ask('one')).rejects.toThrow(NoKeyServerError)
})

test('a question fails when the key server leaves, or when the caller aborts the question', async () => {
  const { server, viewer, address, ask } = await customerAndDesk(() => new Promise(() => undefined))
  const stopping = new AbortController()
  const stopped = viewer.mesh.askKeyServer(address, { content: bytes('one'), signal: stopping.signal })
  stopping.abort(new RangeError('stopped'))
  await expect(stopped).rejects.toThrow('stopped')
  const left = ask('two')
  server.mesh.leave()
  await expect(left).rejects.toThrow(NoKeyServerError)
})

test('a viewer that asks too often gets no more answers for some time, and stays connected', async () => {
  let asked = 0
  const { server, viewer, address } = await customerAndDesk(async (question) => {
    asked++
    return question
  })
  const stopping = new AbortController()
  const content = bytes('again')
  const questions = Array.from({ length: 40 }, () =>
    viewer.mesh.askKeyServer(address, { content, signal: stopping.signal }),
  )
  await Promise.all(questions.slice(0, 10))
  stopping.abort(new RangeError('enough'))
  await Promise.allSettled(questions)
  expect(asked).toBeLessThan(20)
  expect([server.bans, viewer.bans]).toEqual([[], []])
})
