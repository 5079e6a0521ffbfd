import { localChainId } from '@lp/contracts/script/deploy'
import { domainOf } from '../src/chain/StreamDirectory'
import { createTransport } from '../src/mesh/createTransport'
import { createWrtc, WebSocket } from '../src/node/wrtc'

export const domain = domainOf(localChainId)

const webRtc = createWrtc({ bindAddress: '127.0.0.1' })
/** Real WebRTC on loopback. */
export const newTransport = () => createTransport({ wrtc: webRtc.wrtc, WebSocket })
