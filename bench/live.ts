import { runSpecs } from './browser/runSpecs'

/**
 * Sends one stream of each quality from a tab to four viewers on this machine, in real Chromium, and prints the measurements of the
 * viewers. The pictures of the camera contain their numbers, so the time from camera to screen is measured and not only told by the page.
 */
export default function live(): void {
  runSpecs('bench/live')
}
