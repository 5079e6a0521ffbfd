import { describe, expect, test } from 'vitest'
import { Emitter } from './Emitter'

type Events = { said: [word: string]; ended: [] }

describe('an emitter', () => {
  test('calls its listeners until they stop listening', () => {
    const emitter = new Emitter<Events>()
    const heard: string[] = []
    const stop = emitter.on('said', (word) => heard.push(word))
    emitter.emit('said', 'one')
    stop()
    emitter.emit('said', 'two')
    emitter.emit('ended')
    expect(heard).toEqual(['one'])
  })

  test('calls exactly the listeners that exist at the time of the event, even if a listener removes and adds listeners', () => {
    const emitter = new Emitter<Events>()
    const heard: string[] = []
    emitter.on('ended', () => {
      stop()
      emitter.on('ended', () => heard.push('newcomer'))
    })
    const stop = emitter.on('ended', () => heard.push('leaver'))
    emitter.emit('ended')
    expect(heard).toEqual(['leaver'])
  })

  test('resolves `next` with the first event after the call', async () => {
    const emitter = new Emitter<Events>()
    const next = emitter.next('said')
    emitter.emit('said', 'one')
    emitter.emit('said', 'two')
    expect(await next).toEqual(['one'])
  })
})
