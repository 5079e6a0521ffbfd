import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { serialise, vectors } from '../script/vectors'

describe('shared vectors', async () => {
  const computed = Object.entries(await vectors())
  it.each(computed)('%s.json has the values that the TypeScript code computes', (noun, value) => {
    const file = new URL(`../vectors/${noun}.json`, import.meta.url)
    expect(serialise(value)).toBe(readFileSync(file, 'utf8'))
  })
})
