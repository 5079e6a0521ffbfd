import { describe, expect, it } from 'vitest'
import { assertServiceUri, UnreachableUriError } from './assertServiceUri'

const isRefused = (uri: string, isLocalChain: boolean): boolean => {
  try {
    assertServiceUri(uri, { isLocalChain })
    return false
  } catch (error) {
    expect(error).toBeInstanceOf(UnreachableUriError)
    expect(error).toMatchObject({ forPeople: true, message: expect.stringContaining('--allow-http') })
    return true
  }
}

describe('assertServiceUri', () => {
  it.each([
    ['https://relay.example', false, false],
    ['http://relay.example', true, true],
    ['http://192.168.1.5:8935', true, true],
    ['http://localhost:8935', false, true],
    ['http://127.0.0.1:8935', false, true],
  ])('%s: refused on the local chain? %s; on another chain? %s', (uri, onLocal, elsewhere) =>
    expect([isRefused(uri, true), isRefused(uri, false)]).toEqual([onLocal, elsewhere]),
  )
})
