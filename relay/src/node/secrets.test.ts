import { expect, test } from 'vitest'
import { conceal, hideSecret, hideUrl } from './secrets'

test('conceal shows only the host from the URL of an RPC', () => {
  hideUrl('https://user:pass-word@rpc.example:8443/v3/0123456789abcdef?token=abcdefgh')
  hideUrl('https://plain.example/')
  const line = [
    'https://user:pass-word@rpc.example:8443/v3/0123456789abcdef?token=abcdefgh failed',
    'POST /v3/0123456789abcdef?token=abcdefgh',
    'pass-word',
    'https://plain.example failed',
  ].join('; ')
  expect(conceal(line)).toBe('rpc.example:8443 failed; POST /[secret]?[secret]; [secret]; plain.example failed')
})

test('conceal hides a password in plain text and in JSON', () => {
  hideSecret('a "quoted" word')
  expect(conceal('a "quoted" word')).toBe('[secret]')
  expect(conceal(JSON.stringify({ password: 'a "quoted" word' }))).toBe('{"password":"[secret]"}')
})

test('conceal does not hide an empty or very short secret', () => {
  hideSecret(undefined)
  hideSecret('')
  hideSecret('abc')
  expect(conceal('abc def')).toBe('abc def')
})

test('conceal hides the key of an RPC also outside the URL, and the plain text of a password that is percent-encoded in the URL', () => {
  hideUrl('https://user:p%40ss-word@rpc.example/v3/abcdef0123456789?apikey=fedcba9876543210&network=mainnet')
  expect(conceal('project id abcdef0123456789; key fedcba9876543210 of mainnet; p@ss-word')).toBe(
    'project id [secret]; key [secret] of mainnet; [secret]',
  )
})
