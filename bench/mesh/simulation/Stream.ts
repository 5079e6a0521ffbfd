/** The simulated stream: 1.5 Mbit/s, three parts a second, four pieces a part, six parts a segment. Pieces are numbered from 0. */
export const partMs = 1_000 / 3
export const piecesPerPart = 4
export const partsPerSegment = 6
export const pieceBytes = 15_625
/** Bytes in a millisecond. */
export const bitrate = (pieceBytes * piecesPerPart) / partMs

export const partOf = (piece: number): number => Math.floor(piece / piecesPerPart)
/** When playback of the part starts, for a viewer without latency. */
export const startMsOf = (part: number): number => part * partMs
/** A part can be sent when its last picture is encoded. */
export const releaseMsOf = (piece: number): number => startMsOf(partOf(piece) + 1)
