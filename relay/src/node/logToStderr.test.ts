import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, expect, test } from 'vitest'
import { configureLog, logOf, parseSpec } from '../log'
import { connect } from './connect'
import { logToStderr } from './logToStderr'
import { hideSecret } from './secrets'

let lines: string[] = []
const stderr = { write: (line: string) => lines.push(line) }

afterEach(() => {
  lines = []
  configureLog({ spec: parseSpec('silent'), write: () => {} })
})

test('logToStderr writes one JSON line with the room, the facts, the error, its cause and its stack', () => {
  logToStderr('info', stderr)
  const cause = new RangeError('The disk is full.')
  logOf('storage').fault(new Error('The payload was not stored.', { cause }), { bytes: 10n ** 20n })
  const { time, error, ...rest } = JSON.parse(lines[0] as string)
  expect(time).toBeGreaterThan(Date.UTC(2026, 0))
  expect(rest).toEqual({ level: 40, room: 'storage', bytes: '100000000000000000000', msg: 'Error' })
  expect(error).toMatchObject({
    message: 'The payload was not stored.',
    stack: expect.stringContaining('logToStderr.test.ts'),
    cause: { type: 'RangeError', message: 'The disk is full.' },
  })
})

test('logToStderr writes neither a key from the URL of a failing RPC, nor a secret that an error contains', async () => {
  logToStderr('debug', stderr)
  const privateKey = generatePrivateKey()
  hideSecret(privateKey)
  // Port 1 refuses every connection.
  const rpcUrl = 'http://operator:rpc-password@127.0.0.1:1/v3/0123456789abcdef?token=fedcba9876543210'
  const failed = await connect({ rpcUrl, account: privateKeyToAccount(privateKey) }).catch((error: Error) => error)
  logOf('node').fault(failed as Error, { rpcUrl })
  logOf('node').fault(new Error(`A library repeats ${privateKey}.`))
  const text = lines.join('')
  expect(text).toContain('The chain at 127.0.0.1:1 does not answer.')
  expect(text).toContain('HTTP request failed')
  for (const secret of [privateKey, '0123456789abcdef', 'fedcba9876543210', 'rpc-password'])
    expect(text).not.toContain(secret)
})
