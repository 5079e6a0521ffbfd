// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import type { PublicClient } from 'viem'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SourceChoice } from '../Source'
import type { Found } from './findStored'
import type { StoredBroadcast } from './StoredBroadcast'
import { type Resume, useResume } from './useResume'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const camera: SourceChoice = { kind: 'camera', cameraId: 'front', cameraOn: true, microphoneOn: false }
const picture = {} as MediaStream
const [reopen, start] = [vi.fn(), vi.fn()]
let resume: Resume

/** A broadcast that was live `agoMs` ago. */
function interrupted({ source = camera, agoMs = 3_000 } = {}): Found & { name: 'interrupted' } {
  const stored: Partial<StoredBroadcast> = { jobId: '0x01', source, storedAtMs: Date.now() - agoMs }
  return { name: 'interrupted', stored: stored as StoredBroadcast }
}

function Page({ found, stream }: { found: Found; stream: MediaStream | undefined }) {
  const source = { stream, opening: false, reopen }
  resume = useResume({ client: {} as PublicClient, found, source, iceServers: [], start })
  return null
}

let root: ReturnType<typeof createRoot>
const show = (found: Found, stream?: MediaStream) =>
  act(async () => root.render(<Page found={found} stream={stream} />))

beforeEach(() => {
  vi.clearAllMocks()
  reopen.mockResolvedValue(picture)
  root = createRoot(document.createElement('div'))
})
afterEach(() => act(async () => root.unmount()))

test('after a reload, the page opens the same camera with its switches, and the broadcast goes on without a click', async () => {
  const found = interrupted()
  await show({ name: 'looking' })
  await show(found)
  expect(reopen.mock.calls).toEqual([[camera]])
  expect(start.mock.calls).toEqual([[found.stored, picture]])
})

test('if the camera does not open, the broadcast goes on with one click', async () => {
  reopen.mockResolvedValueOnce(undefined)
  await show(interrupted())
  expect(start).not.toHaveBeenCalled()
  await act(async () => resume.onResume())
  expect(start).toHaveBeenCalledTimes(1)
})

test.each([
  ['a screen, which the browser opens only after a click', interrupted({ source: { ...camera, kind: 'screen' } })],
  ['a broadcast that was live a while ago', interrupted({ agoMs: 120_000 })],
])('asks for a click: %s', async (_, found) => {
  await show(found)
  expect(reopen).not.toHaveBeenCalled()
  await act(async () => resume.onResume())
  expect(start).toHaveBeenCalledTimes(1)
})

test('asks for a click if the broadcast was interrupted in another tab after this tab was opened', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  await show({ name: 'elsewhere', jobIds: [] })
  now.mockReturnValue(10_000)
  await show(interrupted())
  now.mockRestore()
  expect([reopen.mock.calls, start.mock.calls]).toEqual([[], []])
})

test('goes on with the picture that is open', async () => {
  await show({ name: 'looking' })
  await show(interrupted({ agoMs: 120_000 }), picture)
  await act(async () => resume.onResume())
  expect(reopen).not.toHaveBeenCalled()
  expect(start).toHaveBeenCalledTimes(1)
})
