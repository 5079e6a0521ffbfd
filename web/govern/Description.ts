import { type Address, bytesToString, type Hex, hexToBytes } from 'viem'

/** The number of characters of a description that the page shows. */
export const maxDescription = 4_000
/** A longer text is cut before it is decoded: a proposer can write megabytes. */
const maxBytes = 4 * maxDescription
/** The contract lets only this account make the proposal. So no other account can make it first, and then withdraw it. */
const mark = '#proposer='

/** The description that the page writes into a proposal. */
export const write = (text: string, proposer: Address): string => `${text.trim()}\n\n${mark}${proposer}`

/** The text of a description that the page shows. The bytes can be anything. */
export function read(bytes: Hex): { description: string; isDescriptionCut: boolean } {
  const cut = `0x${bytes.slice(2, 2 + 2 * maxBytes)}` as Hex
  const whole = shown(bytesToString(hexToBytes(cut)).replace(new RegExp(`\\s*${mark}0x[0-9a-f]{40}$`, 'i'), ''))
  const characters = [...whole]
  const description = characters.slice(0, maxDescription).join('').trim()
  return { description, isDescriptionCut: characters.length > maxDescription || cut.length < bytes.length }
}

/** Control characters could hide text, or turn the direction of the text that follows. Only line breaks stay, at most two together. */
const shown = (text: string): string =>
  text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\n\s*\n\s*/g, '\n\n')
