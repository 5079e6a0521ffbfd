import { beforeAll, describe, expect, it } from 'vitest'
import { capturedScenes } from '../../testbeds/captured'
import { corpus, damaged } from '../../testbeds/corpus'
import { mutate, randomFrom } from '../../testbeds/fuzz'
import { createReader, readInTypeScript } from '../../testbeds/judged/readInC'
import { selfTest } from '../check/selfTest'

let read: ReturnType<typeof createReader>
beforeAll(() => {
  read = createReader()
})

const expected = (payloads: readonly Uint8Array[]) => Promise.all(payloads.map(readInTypeScript))
const random = randomFrom(64)

/** Changes a few bytes inside transport packets, so that the packets stay whole. */
function scratch(data: Uint8Array): Uint8Array {
  const copy = data.slice()
  for (let left = 1 + random(3); left > 0; left--) {
    // Most fields that matter are at the start of a packet.
    const at = random(2) ? random(40) : random(188)
    copy[188 * random(copy.length / 188) + at] = random(256)
  }
  return copy
}

/** Leaves out, repeats or exchanges packets. */
function shuffle(data: Uint8Array): Uint8Array {
  const packets = Array.from({ length: data.length / 188 }, (_, at) => data.subarray(188 * at, 188 * at + 188))
  const [from, to, count] = [random(packets.length), random(packets.length), random(3)]
  packets.splice(to, random(2), ...packets.slice(from, from + count))
  return Uint8Array.from(Buffer.concat(packets))
}

describe('the judged program and the protocol read the same content', () => {
  it('from whole segments', async () => {
    const whole = [...corpus(), ...capturedScenes().flatMap(({ segments }) => segments)].map(({ data }) => data)
    const payloads = [...whole, ...damaged(8), new Uint8Array(0), new Uint8Array(188), new Uint8Array(17 * 2 ** 20)]
    expect(read(payloads)).toEqual(await expected(payloads))
  })

  it('from 12,000 segments with random changes', async () => {
    const sources = [selfTest.segment(), ...corpus().map(({ data }) => data)].filter(({ length }) => length < 60_000)
    let refused = 0
    for (let batch = 0; batch < 60; batch++) {
      const payloads = Array.from({ length: 200 }, () => {
        const source = sources[random(sources.length)] as Uint8Array
        return [scratch, shuffle, (data: Uint8Array) => Uint8Array.from(mutate(random, data))][random(3)]?.(
          source,
        ) as Uint8Array
      })
      const lines = read(payloads)
      expect(lines).toEqual(await expected(payloads))
      refused += lines.filter((line) => line.includes('refused')).length
    }
    // Both answers occur often.
    expect(Math.min(refused, 12_000 - refused)).toBeGreaterThan(200)
  })
})
