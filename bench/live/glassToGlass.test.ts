import { expect, test } from 'vitest'
import { delaysOf } from './glassToGlass'

const pictureMs = 50

/** The camera shows picture `n` at `1_000_000 + 50 n`. The page looks at each fifth picture. */
const camera = Array.from({ length: 100 }, (_, index) => ({ picture: 5 * index, atMs: 1_000_000 + 250 * index }))

test('the delay is the time between the same picture at the camera and at the viewer', () => {
  expect(delaysOf([{ picture: 40, atMs: 1_003_400 }], camera, pictureMs)).toEqual([1_400])
})

test('the time of a picture between two sightings at the camera is computed', () => {
  expect(delaysOf([{ picture: 42, atMs: 1_003_500 }], camera, pictureMs)).toEqual([1_400])
  expect(delaysOf([{ picture: 44, atMs: 1_003_600 }], camera, pictureMs)).toEqual([1_400])
})

test('the film of the camera can begin again in the meantime', () => {
  const again = camera.map(({ picture, atMs }) => ({ picture, atMs: atMs + 25_000 }))
  const seen = { picture: 40, atMs: 1_000_000 + 25_000 + 2_000 + 1_400 }
  expect(delaysOf([seen], [...camera, ...again], pictureMs)).toEqual([1_400])
})

test('without a sighting at the camera, there is no delay', () => {
  expect(delaysOf([{ picture: 1, atMs: 5_000 }], camera, pictureMs)).toEqual([])
})
