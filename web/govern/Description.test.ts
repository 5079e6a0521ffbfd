import { stringToHex, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import * as Description from './Description'

const proposer = toHex(7, { size: 20 })
const read = (text: string) => Description.read(stringToHex(text))

describe('a description', () => {
  it('names the only account that may propose it, which the page does not show', () => {
    const written = Description.write(' A longer round.\nIt saves gas. ', proposer)
    expect(written).toMatch(/#proposer=0x[0-9a-f]{40}$/)
    expect(read(written)).toEqual({ description: 'A longer round.\nIt saves gas.', isDescriptionCut: false })
  })

  it('has no control characters, no marks of text direction and no long gaps', () => {
    expect(read('a\u0000b\u001bc\u202ed\u2066e\u200bf\uFEFFg\r\n\n\n \n\nh').description).toBe('abcdefg\n\nh')
    expect(read('Größe: 5 €, 世界 🙂').description).toBe('Größe: 5 €, 世界 🙂')
  })

  it('stays text if it looks like HTML, and is empty if it has no text', () => {
    expect(read('<img src=x onerror=alert(1)>').description).toBe('<img src=x onerror=alert(1)>')
    expect(read('')).toEqual({ description: '', isDescriptionCut: false })
  })

  it('is cut if it is long, and can have bytes that are no text', () => {
    const long = read('é'.repeat(3_000_000))
    expect([...long.description]).toHaveLength(Description.maxDescription)
    expect(long.isDescriptionCut).toBe(true)
    expect(Description.read('0xff61fe').description).toContain('a')
  })
})
