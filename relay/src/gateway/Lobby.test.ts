import { describe, expect, it } from 'vitest'
import { Lobby } from './Lobby'

/** A lobby. `enter` adds a guest: the first letter of the guest's name is the guest's address. `dismissed` lists the dismissed guests. */
function open(max: { total: number; perAddress: number }) {
  const lobby = new Lobby(max)
  const dismissed: string[] = []
  const enter = (name: string) => lobby.enter({ address: name.charAt(0), dismiss: () => dismissed.push(name) })
  return { lobby, dismissed, enter }
}

describe('a lobby', () => {
  it('dismisses the oldest guest of an address that has too many guests', () => {
    const { lobby, dismissed, enter } = open({ total: 10, perAddress: 2 })
    for (const name of ['a1', 'b1', 'a2', 'a3']) enter(name)
    expect(dismissed).toEqual(['a1'])
    expect(lobby.size).toBe(3)
  })

  it('if the lobby is full, dismisses a guest of the address with the largest number of guests', () => {
    const { dismissed, enter } = open({ total: 3, perAddress: 3 })
    for (const name of ['b1', 'a1', 'a2', 'c1', 'd1']) enter(name)
    expect(dismissed[0]).toBe('a1')
    expect(dismissed).toHaveLength(2)
  })

  it('forgets guests that have left', () => {
    const { lobby, dismissed, enter } = open({ total: 2, perAddress: 1 })
    for (let count = 0; count < 5; count++) enter('a')()
    expect(lobby.size).toBe(0)
    enter('a')
    expect(dismissed).toEqual([])
  })
})
