import { expect, test } from 'vitest'
import { noPicture } from '../picture'
import { initialSnapshot, type RecordingSnapshot } from './RecordingSession'
import { stateOf } from './stateOf'

const of = (change: Partial<RecordingSnapshot>) => stateOf({ ...initialSnapshot, ...change })
const started = { ...noPicture, hasStarted: true }

test('the page says that it looks for the recording until the first picture', () => {
  expect(of({}).name).toBe('searching')
  expect(of({ state: 'found' }).name).toBe('searching')
  expect(of({ state: 'nobody' }).name).toBe('nobody')
  expect(of({ state: 'not-found' }).name).toBe('not-found')
})

test('after the first picture, the page shows whether the recording plays or waits for bytes', () => {
  expect(of({ state: 'found', picture: started })).toEqual({ name: 'recording', isWaiting: false })
  const waiting = { ...started, isWaiting: true }
  expect(of({ state: 'found', picture: waiting })).toEqual({ name: 'recording', isWaiting: true })
})

test('with a problem, the state is `failed`', () => {
  const problem = { sentence: 'This device has no room for the recording.', nextStep: 'Free some space.' }
  expect(of({ state: 'failed', picture: started, problem })).toEqual({ name: 'failed', problem })
})
