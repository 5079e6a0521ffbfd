import { describe, expect, it } from 'vitest'
import { problemOf } from './problemOf'

describe('problemOf', () => {
  it('shows the sentence and the next step that an error has itself', () => {
    const problem = { sentence: 'The faucet is empty.', nextStep: 'Ask its operator.' }
    expect(problemOf(Object.assign(new Error('empty'), { problem }))).toEqual(problem)
  })

  it('has a general sentence and a next step for an unknown failure', () => {
    expect(problemOf(new Error('a bug'))).toEqual({
      sentence: 'The wallet or the chain reported an error.',
      nextStep: 'Reload the page and try again.',
    })
    expect(problemOf(undefined).nextStep).toBe('Reload the page and try again.')
  })
})
