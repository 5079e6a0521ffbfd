import { expect, test } from 'vitest'
import { type Observations, streamStateOf } from './streamState'

/** A stream whose newest part has just come. */
const live: Observations = {
  ...{ failures: 0, answered: true, heard: true, quietMs: 300, ageMs: 1_000, calledLive: true },
  ...{ signedEnd: false, jobEnded: false },
}
const stateOf = (change: Partial<Observations>) => streamStateOf({ ...live, ...change })

test('a stream without new segments is `reconnecting` after 5 s and `silent` after 30 s, and `live` again with the next segment', () => {
  expect(stateOf({ quietMs: 5_000 })).toBe('live')
  expect(stateOf({ quietMs: 5_001 })).toBe('reconnecting')
  expect(stateOf({ quietMs: 30_000, calledLive: false })).toBe('reconnecting')
  expect(stateOf({ quietMs: 30_001, calledLive: false })).toBe('silent')
  expect(stateOf({})).toBe('live')
})

test('a stream is not `silent` while our requests fail, for example after this computer has slept', () => {
  expect(stateOf({ failures: 1, quietMs: 3_600_000 })).toBe('reconnecting')
})

test('a stream is `ended` only after its signed end, or if its job is over and nothing comes', () => {
  expect(stateOf({ signedEnd: true })).toBe('ended')
  expect(stateOf({ quietMs: 3_600_000, calledLive: false })).toBe('silent')
  expect(stateOf({ quietMs: 31_000, jobEnded: true })).toBe('ended')
  expect(stateOf({ failures: 1, jobEnded: true })).toBe('ended')
  expect(stateOf({ jobEnded: true })).toBe('live')
})

test('the age of the newest segment counts only if the relay does not call the stream live: a clock can be wrong', () => {
  expect(stateOf({ ageMs: 3_600_000 })).toBe('live')
  expect(stateOf({ ageMs: 3_600_000, calledLive: false })).toBe('silent')
})

test('a stream without a first segment is `connecting`, and `silent` after half a minute', () => {
  expect(stateOf({ heard: false, quietMs: 20_000 })).toBe('connecting')
  expect(stateOf({ heard: false, quietMs: 31_000 })).toBe('silent')
})

test('a stream that no relay serves is `transcoder-offline` after two failures and 3 s (15 s if no segment has come yet)', () => {
  expect(stateOf({ failures: 1, quietMs: 4_000 })).toBe('live')
  expect(stateOf({ failures: 2, quietMs: 4_000 })).toBe('transcoder-offline')
  expect(stateOf({ failures: 2, quietMs: 4_000, heard: false })).toBe('connecting')
  expect(stateOf({ failures: 2, quietMs: 16_000, heard: false })).toBe('transcoder-offline')
})
