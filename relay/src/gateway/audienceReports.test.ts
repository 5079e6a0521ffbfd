import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { askAudience, reportToAudience } from '../client/audience'
import * as Relay from '../client/Relay'

let gateway: Awaited<ReturnType<typeof startGateway>>
beforeEach(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.stop())

const { signal } = new AbortController()
const at = () => Relay.at(gateway.url, fetch) as Relay.Relay
const report = { viewer: '00112233445566ff', latencyMs: 2_100, stalls: 1 }

describe('the viewers of a stream', () => {
  it('tell the relay how their players do; the broadcaster and the viewers read the summary', async () => {
    const { streamId } = await gateway.addStream()
    expect(await askAudience(at(), { streamId, signal })).toEqual({ viewers: 0 })
    const summary = {
      viewers: 1,
      latencyMs: { min: 2_100, median: 2_100, max: 2_100 },
      stalls: { min: 1, median: 1, max: 1 },
    }
    expect(await reportToAudience(at(), { streamId, report, signal })).toEqual(summary)
    expect(await askAudience(at(), { streamId, signal })).toEqual(summary)
  })

  it('of a stream that the relay does not have are not counted', async () => {
    const streamId = `0x${'12'.repeat(32)}` as const
    expect(await reportToAudience(at(), { streamId: streamId as never, report, signal })).toBeUndefined()
  })

  it.each([
    ['no JSON', '{'],
    ['a name instead of digits', JSON.stringify({ ...report, viewer: 'Anna' })],
    ['a negative latency', JSON.stringify({ ...report, latencyMs: -1 })],
    ['a latency of days', JSON.stringify({ ...report, latencyMs: 1e9 })],
    ['a number that is not finite', JSON.stringify({ ...report, stalls: null })],
  ])('get one sentence if their report is wrong: %s', async (_, body) => {
    const { streamId } = await gateway.addStream()
    const answer = await fetch(`${gateway.url}/audience/${streamId}/reports`, { method: 'POST', body })
    expect([answer.status, (await answer.json()).error]).toEqual([400, 'This is no report of a viewer.'])
    expect(await askAudience(at(), { streamId, signal })).toEqual({ viewers: 0 })
  })

  it('get a refusal if their report is too long, or if one address reports too often', async () => {
    const { streamId } = await gateway.addStream()
    const post = (body: string) => fetch(`${gateway.url}/audience/${streamId}/reports`, { method: 'POST', body })
    expect((await post('x'.repeat(1_000))).status).toBe(413)
    const answers = await Promise.all(Array.from({ length: 300 }, () => post(JSON.stringify(report))))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(20)
    expect(await (refused[0] as Response).json()).toMatchObject({ error: 'Too many reports come from this address.' })
    expect((await askAudience(at(), { streamId, signal }))?.viewers).toBe(1)
  })
})
