import { describe, expect, it } from 'vitest'
import * as ServiceUri from './ServiceUri'

describe('fromText', () => {
  it.each([
    ['https://relay.example/', 'https://relay.example'],
    ['http://relay.example:8935/lp/', 'http://relay.example:8935/lp'],
    ['ftp://relay.example', undefined],
    ['javascript:alert(1)', undefined],
    ['relay.example', undefined],
    ['', undefined],
  ])('reads %j as %j', (text, uri) => expect(ServiceUri.fromText(text)).toBe(uri))
})

describe('webSocketUrl', () => {
  it.each([
    ['https://relay.example/lp', 'wss://relay.example/lp'],
    ['http://localhost:8935', 'ws://localhost:8935'],
    ['http://[::1]:8935', 'ws://[::1]:8935'],
    ['http://relay.example', undefined],
    ['http://192.168.1.5:8935', undefined],
    ['http://localhost.example', undefined],
  ])('of %s is %s', (uri, url) => expect(ServiceUri.webSocketUrl(uri)).toBe(url))
})

describe('isOpenToPage', () => {
  it.each([
    ['https://relay.example', true, true],
    ['http://relay.example', false, true],
    ['http://192.168.1.5:8935', false, true],
    ['http://localhost.example', false, true],
    ['http://127.0.0.1.example', false, true],
    ['http://localhost:8935', true, true],
    ['http://relay.localhost', true, true],
    ['http://127.0.0.1:8935', true, true],
    ['http://[::1]:8935', true, true],
  ])(
    '%s: a page of https can send requests to this address: %s; a page of http can send them: %s',
    (uri, ofHttps, ofHttp) =>
      expect([ServiceUri.isOpenToPage(uri, 'https:'), ServiceUri.isOpenToPage(uri, 'http:')]).toEqual([
        ofHttps,
        ofHttp,
      ]),
  )
})
