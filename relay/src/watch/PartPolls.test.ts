import { expect, test } from 'vitest'
import { PartPolls } from './PartPolls'

const streamId = `0x${'11'.repeat(32)}` as const
const { signal } = new AbortController()
const growing = { hasParts: true, last: 7n }
const never = () => new Promise<never>(() => undefined)

test('in a stream with parts, a viewer asks its relay for the parts in its own turn, and only for whole segments in the turns of other viewers', () => {
  const polls = new PartPolls((_, sequenceNumber) => sequenceNumber % 2n === 0n)
  expect(polls.asks(streamId, growing)).toBe(false)
  expect(polls.asks(streamId, { ...growing, last: 8n })).toBe(true)
  expect(polls.asks(streamId, { ...growing, hasParts: undefined })).toBe(true)
  expect(polls.asks(streamId, { ...growing, last: undefined })).toBe(true)
})

test('while other viewers tell a viewer the parts, the viewer waits for the answer of its relay; when these viewers are silent, the viewer asks the relay for the parts', async () => {
  const polls = new PartPolls(() => false)
  const telling = setInterval(() => polls.told(), 300)
  const answer = new Promise<string>((resolve) => setTimeout(() => resolve('segment'), 1_800))
  expect(await polls.whileTold(signal, () => answer)).toBe('segment')
  expect(polls.asks(streamId, growing)).toBe(false)
  clearInterval(telling)
  expect(await polls.whileTold(signal, never)).toBe('silent')
  expect(polls.asks(streamId, growing)).toBe(true)
})

test('the request of a viewer ends when the other viewers are silent, or when the viewer stops', async () => {
  const polls = new PartPolls(() => false)
  const ended: unknown[] = []
  const ask = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        ended.push(signal.reason)
        reject(signal.reason)
      })
    })
  expect(await polls.whileTold(signal, ask)).toBe('silent')
  const stopping = new AbortController()
  const stopped = polls.whileTold(stopping.signal, ask)
  stopping.abort('stopped')
  await expect(stopped).rejects.toBe('stopped')
  expect(ended).toHaveLength(2)
})
