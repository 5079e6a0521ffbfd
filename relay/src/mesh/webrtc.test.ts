import { afterAll, describe, expect, test } from 'vitest'
import { connectPair, startWebRtc } from '../../testbeds/wrtc'
import { MessageTooLargeError, maxMessageBytes } from './Transport'
import { Dialer } from './webrtc'

const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const peerId = `0x${'01'.repeat(20)}` as const

/** A channel between us and a plain data channel, whose end obeys none of our rules. */
async function connectToStranger() {
  const half = await new Dialer(webRtc).offer(new AbortController().signal)
  const stranger = new webRtc.wrtc.RTCPeerConnection({})
  const opened = new Promise<RTCDataChannel>((resolve) => {
    stranger.ondatachannel = (event) => resolve(event.channel)
  })
  const gathered = new Promise<void>((resolve) => {
    stranger.onicecandidate = ({ candidate }) => candidate === null && resolve()
  })
  await stranger.setRemoteDescription({ type: 'offer', sdp: half.sdp })
  await stranger.setLocalDescription(await stranger.createAnswer())
  await gathered
  const channel = await half.connect({ peerId, sdp: stranger.localDescription?.sdp ?? '' })
  return { channel, stranger: await opened }
}

describe('a channel', () => {
  test('delivers whole messages in order, also the messages that arrived before the first listener was added', async () => {
    const [ours, theirs] = await connectPair(webRtc)
    const lengths = [0, 1, 1_000, maxMessageBytes, 3]
    for (const length of lengths) theirs.send(new Uint8Array(length).fill(length))
    theirs.on('message', () => {})
    const heard: number[] = []
    await new Promise<void>((resolve) => {
      ours.on('message', (bytes) => {
        heard.push(bytes.length)
        if (heard.length === lengths.length) resolve()
      })
    })
    expect(heard).toEqual(lengths)
    ours.close()
  })

  test('refuses to send a message that is too large, and stays open', async () => {
    const [ours] = await connectPair(webRtc)
    expect(() => ours.send(new Uint8Array(maxMessageBytes + 1))).toThrow(MessageTooLargeError)
    expect(ours.closed).toBe(false)
    ours.close()
  })

  test('closes when a message that is too large arrives', async () => {
    const { channel, stranger } = await connectToStranger()
    channel.on('message', () => {})
    stranger.send(new Uint8Array(maxMessageBytes + 1))
    expect((await channel.next('close'))[0]?.name).toBe('Transport.MessageTooLargeError')
  })

  test('closes when a text message arrives', async () => {
    const { channel, stranger } = await connectToStranger()
    channel.on('message', () => {})
    stranger.send('text')
    expect((await channel.next('close'))[0]?.name).toBe('Transport.TextMessageError')
  })

  test('closes when too many bytes are queued for the peer', async () => {
    const [ours] = await connectPair(webRtc)
    const closed = ours.next('close')
    const message = new Uint8Array(maxMessageBytes)
    // The queue grows faster than the network takes messages, so the loop ends.
    while (!ours.closed) ours.send(message)
    expect((await closed)[0]?.name).toBe('Transport.SlowPeerError')
    expect(ours.bufferedAmount).toBe(0)
  })

  test('closes once, and sends nothing afterwards', async () => {
    const [ours, theirs] = await connectPair(webRtc)
    let closings = 0
    ours.on('close', () => closings++)
    const noticed = theirs.next('close')
    ours.close()
    ours.close()
    ours.send(new Uint8Array(1))
    expect(await noticed).toEqual([undefined])
    expect(closings).toBe(1)
  })
})

describe('a dialer', () => {
  test('does not connect to a peer whose certificate differs from the announced certificate', async () => {
    const { signal } = new AbortController()
    const dialer = new Dialer(webRtc)
    const caller = await dialer.offer(signal)
    const callee = await dialer.answer({ peerId, sdp: caller.sdp }, signal)
    callee.channel.catch(() => {})
    const forged = callee.sdp.replace(/(a=fingerprint:sha-256 )../, (_, name) => `${name}00`)
    const other = forged === callee.sdp ? forged.replace('sha-256 00', 'sha-256 11') : forged
    await expect(caller.connect({ peerId, sdp: other })).rejects.toThrow(
      'The connection to the peer could not be made.',
    )
    await expect(callee.channel).rejects.toThrow('The connection to the peer could not be made.')
  })

  test('rejects when the signal aborts', async () => {
    const abort = new AbortController()
    const half = await new Dialer(webRtc).offer(abort.signal)
    const answerer = await new Dialer(webRtc).answer({ peerId, sdp: half.sdp }, abort.signal)
    const failed = expect(answerer.channel).rejects.toThrow('The connection to the peer could not be made.')
    abort.abort()
    await failed
    await expect(half.connect({ peerId, sdp: answerer.sdp })).rejects.toThrow(
      'The connection to the peer could not be made.',
    )
    await expect(new Dialer(webRtc).offer(abort.signal)).rejects.toThrow(
      'The connection to the peer could not be made.',
    )
  })

  test.each(['', 'v=0', 'garbage'])('refuses %j as a session description', async (sdp) => {
    const { signal } = new AbortController()
    const dialer = new Dialer(webRtc)
    await expect(dialer.answer({ peerId, sdp }, signal)).rejects.toThrow(
      'The session description is not one that we accept.',
    )
    const half = await dialer.offer(signal)
    await expect(half.connect({ peerId, sdp })).rejects.toThrow('The session description is not one that we accept.')
  })
})
