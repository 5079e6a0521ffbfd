import { numberToHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../testbeds/fuzz'
import * as State from './State'
import * as Task from './Task'

const random = randomFrom(65)
const randomBytes = (length: number) => Uint8Array.from({ length }, () => random(256))

/** Inputs of these lengths: each depth of a tree up to 8, with and without padding. */
const lengths = [[], [0, 1], [32, 33], [64, 65], [96, 128], [129, 1_000], [4_096, 4_097], [0, 7]]
const tasks: Task.Task[] = [
  ...lengths.map((inputs, index) => ({
    program: [{ address: 64 * index, bytes: randomBytes(100) }],
    inputs: inputs.map(randomBytes),
    options: Array.from({ length: index === 5 ? 30 : index }, (_, at) =>
      numberToHex(random(2 ** 30) + at, { size: 32 }),
    ),
  })),
  // The longest program and the longest input fill their parts of the memory.
  {
    program: [{ address: 2 ** 24 - 100, bytes: randomBytes(100) }],
    inputs: [new Uint8Array(2 ** 24).fill(7)],
    options: [],
  },
]

describe('vectors/Task.json', () => {
  it('has the first states of the tasks', async () => {
    const vectors = await Promise.all(
      tasks.map(async (task) => {
        const { program, inputs, options } = await Task.encode(task)
        const roots = inputs.map(({ root }) => root)
        const lengths = inputs.map(({ length }) => Number(length))
        return { program, roots, lengths, options, first: await State.hash(Task.firstState(task)) }
      }),
    )
    const text = `${JSON.stringify({ tasks: vectors }, null, 1)}\n`
    await expect(text).toMatchFileSnapshot('../../../contracts/vectors/Task.json')
  })
})

describe('a task', () => {
  const empty: Task.Task = { program: [], inputs: [], options: [] }
  const word = numberToHex(0, { size: 32 })

  it.each<[string, Partial<Task.Task>]>([
    ['a program beyond the first 2²⁴ bytes', { program: [{ address: 2 ** 24, bytes: new Uint8Array(1) }] }],
    ['three inputs', { inputs: Array.from({ length: 3 }, () => new Uint8Array(1)) }],
    ['an input of more than 2²⁴ bytes', { inputs: [new Uint8Array(2 ** 24 + 1)] }],
    ['31 options', { options: Array.from({ length: 31 }, () => word) }],
    ['an option of 31 bytes', { options: ['0x00'] }],
  ])('with %s is refused', async (_, change) => {
    expect(() => Task.firstState({ ...empty, ...change })).toThrow(Task.TooLargeError)
    await expect(Task.encode({ ...empty, ...change })).rejects.toThrow(Task.TooLargeError)
  })
})
