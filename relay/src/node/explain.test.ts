import { open, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { explain } from './explain'

/** The error of the system for a failed use of a file. */
const failureOf = (use: Promise<unknown>): Promise<Error> =>
  use.then(
    () => expect.fail('The use of the file must fail.'),
    (error: Error) => error,
  )

test('explain names the file that cannot be opened, or the cause if the error of the system has no file name', async () => {
  expect(explain(await failureOf(open('/dev/full/x')))).toBe(
    '/dev/full/x cannot be used (ENOTDIR): a part of this path is a file. Correct this, or choose another directory with --data.',
  )
  expect(explain(await failureOf(writeFile('/dev/full', 'x')))).toBe(
    'A file cannot be read or written (ENOSPC): the disk is full. Correct this, and start the command again.',
  )
})

test('explain does not explain a defect of the program', () => {
  expect(explain(new TypeError('x is not a function'))).toBeUndefined()
})
