import { isOnThisComputer } from './isNear'

const usualRate = 30
const sharedRate = 20
const fewCores = 4

/**
 * The frame rate that the page proposes. If a small computer does all the work (it encodes, transcodes and plays the stream), the page
 * proposes a lower rate. `relays`: the relays of the transcoders at the price.
 */
export const defaultRate = ({ relays, cores }: { relays: readonly string[]; cores: number }): number =>
  cores < fewCores && relays.length > 0 && relays.every(isOnThisComputer) ? sharedRate : usualRate
