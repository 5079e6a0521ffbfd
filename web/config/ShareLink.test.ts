import { describe, expect, it } from 'vitest'
import * as ShareLink from './ShareLink'

const streamId = `0x1f9840a85d5af5bf1d1762f925bdaddc4201f984${'ab'.repeat(12)}` as const

describe('create', () => {
  it('makes a link to the stream at the address of the page', () => {
    expect(ShareLink.create(streamId, 'https://lp.example/app/index.html?x#/broadcast')).toBe(
      `https://lp.example/app/index.html?x#/watch/${streamId}`,
    )
  })
})

describe('parse', () => {
  it('reads a created link', () => {
    expect(ShareLink.parse(ShareLink.create(streamId, 'https://lp.example/'))).toBe(streamId)
  })

  it('reads a bare stream id in upper or lower case, with spaces around it', () => {
    expect(ShareLink.parse(`  ${streamId.toUpperCase().replace('0X', '0x')}\n`)).toBe(streamId)
  })

  it.each(['', 'hello', '0x12', `${streamId}00`, `https://lp.example/#/watch/`, `https://lp.example/${streamId}`])(
    'refuses %j with a sentence and a next step',
    (text) => {
      expect(() => ShareLink.parse(text)).toThrow(ShareLink.UnreadableError)
    },
  )
})
