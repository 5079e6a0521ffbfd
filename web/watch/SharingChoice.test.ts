import { describe, expect, test } from 'vitest'
import { parse, sharingOf, uploadBitrateOf } from './SharingChoice'

describe('sharingOf', () => {
  test('without a choice, the page connects, and uploads without a limit on a network that is not metered', () => {
    const sharing = sharingOf({}, false)
    expect(sharing).toMatchObject({ connects: true, uploads: true, uploadLimit: undefined, isSavingData: false })
    expect(uploadBitrateOf(sharing)).toBe(Number.POSITIVE_INFINITY)
  })

  test('without a choice, the page does not upload on a metered network, and says so', () => {
    const sharing = sharingOf({}, true)
    expect(sharing).toMatchObject({ connects: true, uploads: false, isSavingData: true })
    expect(uploadBitrateOf(sharing)).toBe(0)
  })

  test('a choice of the viewer replaces the default for the network', () => {
    expect(sharingOf({ uploads: true }, true)).toMatchObject({ uploads: true, isSavingData: false, isMetered: true })
    expect(sharingOf({ uploads: false }, false)).toMatchObject({ uploads: false, isSavingData: false })
  })

  test('`Viewer` gets the limit in bit/s, or 0 if the page does not upload', () => {
    expect(uploadBitrateOf(sharingOf({ uploadLimit: 2 }, false))).toBe(2_000_000)
    expect(uploadBitrateOf(sharingOf({ uploadLimit: 2, uploads: false }, false))).toBe(0)
  })
})

describe('parse', () => {
  test('reads a stored choice', () => {
    const choice = { connects: false, uploads: false, uploadLimit: 5 }
    expect(parse(JSON.stringify(choice))).toEqual(choice)
    expect(parse(null)).toEqual({})
  })

  test.each(['', '{', 'null', '7', '[]', '{"connects":"no","uploads":1,"uploadLimit":3}', '{"uploadLimit":"5"}'])(
    'reads no choice from %s',
    (text) => expect(parse(text)).toEqual({}),
  )
})
